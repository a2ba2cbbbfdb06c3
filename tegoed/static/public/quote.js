// Fields whose errors came or went while somebody typed say so to a screen reader too; their words are on the page already.
(() => {
  document.addEventListener('htmx:afterSettle', () => {
    for (const slot of document.querySelectorAll('.field-errors')) {
      const field = document.getElementById(slot.id.replace(/_errors$/, ''))
      if (!field || !field.matches('input, select')) continue
      const isFaulty = slot.childElementCount > 0
      field.classList.toggle('is-invalid', isFaulty)
      if (isFaulty) field.setAttribute('aria-invalid', 'true')
      else field.removeAttribute('aria-invalid')
    }
  })
})()
