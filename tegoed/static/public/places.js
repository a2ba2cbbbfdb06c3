// The map beside the list of acceptance points: fetched only once it is wanted. The list does its work without it.
(() => {
  const element = document.getElementById('places-map')
  const page = document.querySelector('.places')
  const button = document.querySelector('[data-map-open]')
  const note = document.querySelector('[data-map-note]')
  if (!element || !page || !button || !note) return

  const added = (tag, properties) =>
    new Promise((resolve, reject) => {
      const part = Object.assign(document.createElement(tag), properties)
      part.onload = resolve
      part.onerror = reject
      document.head.append(part)
    })

  let drawn = null
  const draw = () => {
    drawn ??= Promise.all([
      added('link', { rel: 'stylesheet', href: element.dataset.leafletStyle }),
      added('link', { rel: 'stylesheet', href: element.dataset.mapStyle }),
      added('script', { src: element.dataset.leaflet }).then(() => added('script', { src: element.dataset.mapScript })),
    ])
      .then(() => window.tegoedMap(element))
      .then((map) => {
        note.textContent = map.isCut ? element.dataset.wordCut : ''
        return map
      })
      .catch((error) => {
        console.error(error)
        note.textContent = element.dataset.wordFailed
        return null
      })
    return drawn
  }

  const words = button.querySelector('[data-map-open-words]')
  const open = (isOpen) => {
    page.classList.toggle('places-map-open', isOpen)
    button.setAttribute('aria-expanded', String(isOpen))
    words.textContent = isOpen ? element.dataset.wordHide : element.dataset.wordShow
    return isOpen ? draw().then((map) => map && map.fit()) : null
  }
  button.addEventListener('click', () => open(!page.classList.contains('places-map-open')))

  // On a wide screen it stands beside the list: drawn when the page has come to rest and the map is in sight.
  const whenIdle = window.requestIdleCallback || ((act) => setTimeout(act, 300))
  const watch = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return
    watch.disconnect()
    whenIdle(draw)
  })
  if (document.readyState === 'complete') watch.observe(element)
  else window.addEventListener('load', () => watch.observe(element))

  document.addEventListener('click', async (event) => {
    const asked = event.target.closest('[data-show-point]')
    if (!asked) return
    if (element.offsetParent === null) await open(true)
    const map = await draw()
    if (!map) return
    map.show(Number(asked.dataset.showPoint))
    element.scrollIntoView({ block: 'nearest' })
    element.focus({ preventScroll: true })
  })
})()
