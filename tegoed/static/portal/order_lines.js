// Step 2 of an order: the total follows what is typed. The server counts again; without this there is a button for it.
(() => {
  const form = document.querySelector('[data-order-lines]')
  const output = form?.querySelector('[data-total]')
  if (!output) return

  // Cents of an amount with at most two decimals (8, 8,00, 8.00); anything else counts as nothing until it is corrected.
  const centsOf = (text) => {
    const match = /^\s*(\d{1,9})(?:[.,](\d{1,2}))?\s*$/.exec(text)
    return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : 0
  }
  const countOf = (text) => (/^\s*\d{1,4}\s*$/.test(text) ? Number(text) : 0)
  const euro = new Intl.NumberFormat(`${form.dataset.language}-BE`, { style: 'currency', currency: 'EUR' })

  const showTotal = () => {
    let cents = 0
    for (const row of form.querySelectorAll('[data-lines] tbody tr')) {
      const amount = row.querySelector('[data-amount]')
      cents += amount
        ? centsOf(amount.value)
        : countOf(row.querySelector('[data-count]').value) * centsOf(row.querySelector('[data-value]').value)
    }
    output.textContent = euro.format(cents / 100)
  }
  form.addEventListener('input', showTotal)
})()
