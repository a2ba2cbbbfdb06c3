// Step 2 of an order: the total, and vouchers by working days, follow what is typed; rows are found by name and ticked together.
// The server does all of it again; without this there are buttons for it.
(() => {
  const form = document.querySelector('[data-order-lines]')
  const output = form?.querySelector('[data-total]')
  if (!output) return

  const rows = [...form.querySelectorAll('[data-lines] tbody tr')].map((row) => ({
    row,
    name: row.dataset.name,
    tick: row.querySelector('[data-tick]'),
    absent: row.querySelector('[data-absent]'),
    count: row.querySelector('[data-count]'),
    value: row.querySelector('[data-value]'),
    amount: row.querySelector('[data-amount]'),
  }))

  // Cents of an amount with at most two decimals (8, 8,00, 8.00); anything else counts as nothing until it is corrected.
  const centsOf = (text) => {
    const match = /^\s*(\d{1,9})(?:[.,](\d{1,2}))?\s*$/.exec(text)
    return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : 0
  }
  const countOf = (text) => (/^\s*\d{1,4}\s*$/.test(text) ? Number(text) : 0)
  const centsOfRow = ({ amount, count, value }) =>
    amount ? centsOf(amount.value) : countOf(count.value) * centsOf(value.value)
  const euro = new Intl.NumberFormat(`${form.dataset.language}-BE`, { style: 'currency', currency: 'EUR' })
  const notIncluded = form.querySelector('[data-not-included]')

  const showTotal = () => {
    let cents = 0
    let included = 0
    for (const line of rows) {
      const ofRow = centsOfRow(line)
      cents += ofRow
      if (ofRow) included += 1
    }
    output.textContent = euro.format(cents / 100)
    notIncluded.textContent = String(rows.length - included)
  }

  // Vouchers = working days of the month less the days of absence, as soon as these are typed.
  const workingDays = Number(form.dataset.workingDays)
  const followAbsence = (field) => {
    const line = rows.find(({ absent }) => absent === field)
    if (!line || !/^\s*\d{1,2}\s*$/.test(field.value)) return
    line.count.value = String(Math.max(workingDays - Number(field.value), 0))
  }
  form.addEventListener('input', (event) => {
    if (event.target.matches('[data-absent]')) followAbsence(event.target)
    showTotal()
  })

  // Hidden rows stay in the form: finding changes what is seen, never what is ordered.
  const finder = form.querySelector('[data-find-row]')
  const found = form.querySelector('[data-found]')
  const tickShown = form.querySelector('[data-tick-shown]')
  finder.addEventListener('input', () => {
    const words = finder.value.toLowerCase().split(/\s+/).filter(Boolean)
    let shown = 0
    for (const { row, name } of rows) {
      row.hidden = !words.every((word) => name.includes(word))
      if (!row.hidden) shown += 1
    }
    found.textContent = words.length ? `${shown} / ${rows.length}` : ''
    tickShown.checked = false
  })
  finder.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault()
  })
  tickShown.addEventListener('change', () => {
    for (const { row, tick } of rows) {
      if (!row.hidden) tick.checked = tickShown.checked
    }
  })
})()
