// What JavaScript adds; every page does its work without it.
(() => {
  const root = document.documentElement
  root.classList.add('has-script')

  // Light or dark without loading the page again. The form behind the buttons does the same on the server.
  const showTheme = (form, chosen) => {
    root.dataset.bsTheme = chosen
    for (const button of form.querySelectorAll('[name=theme]')) {
      button.setAttribute('aria-pressed', String(button.value === chosen))
    }
  }
  const keepTheme = async (form, chosen) => {
    const body = new FormData(form)
    body.set('theme', chosen)
    await fetch(form.action, { method: 'POST', body, redirect: 'manual' })
  }

  // A form is sent once, however often its button is pressed; a download leaves the page open, so this ends by itself.
  const RESEND_AFTER_MS = 4000
  const refuseSecondSubmit = (event) => {
    const form = event.target
    if (event.defaultPrevented || form.method !== 'post') return
    if (form.dataset.sent) {
      event.preventDefault()
      return
    }
    form.dataset.sent = 'yes'
    setTimeout(() => delete form.dataset.sent, RESEND_AFTER_MS)
  }

  document.addEventListener('submit', (event) => {
    const form = event.target
    if (form.matches('[data-theme-form]') && event.submitter) {
      event.preventDefault()
      showTheme(form, event.submitter.value)
      keepTheme(form, event.submitter.value)
      return
    }
    refuseSecondSubmit(event)
  })
  // A page that comes back from the browser's memory may send its forms again.
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent
  })

  // Menus are <details>: one open at a time, closed by Escape or a press elsewhere.
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll('details.menu[open]')) {
      if (menu !== except) menu.open = false
    }
  }
  document.addEventListener('click', (event) => closeMenus(event.target.closest('details.menu')))
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    const open = document.querySelector('details.menu[open]')
    closeMenus(null)
    if (open) open.querySelector('summary').focus()
  })

  // A menu wider than a phone shows where the reader is.
  for (const here of document.querySelectorAll('.app-tabs [aria-current]')) {
    here.scrollIntoView({ block: 'nearest', inline: 'center' })
  }

  // <button data-copy="text"> puts a text on the clipboard and says so.
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]')
    if (!button) return
    await navigator.clipboard.writeText(button.dataset.copy)
    const said = button.querySelector('[data-copied]')
    if (said) said.hidden = false
  })

  // A passkey that the browser could not use: say it on the page.
  document.addEventListener('allauth.error', (event) => {
    const alert = document.querySelector('[data-passkey-error]')
    if (!alert) return
    event.preventDefault()
    alert.hidden = false
  })
})()
