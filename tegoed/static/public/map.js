// Draws the map of acceptance points: the land from lines of our own (tools/base_map.py says how they are written), towns by
// name, and the shops. What merchants are called is only ever text here, never HTML.
window.tegoedMap = async (element) => {
  const { L } = window
  const words = element.dataset
  const GRID = 10000
  const APART = 54
  const LISTED_MAX = 12
  const getJson = async (address) => {
    const answer = await fetch(address)
    if (!answer.ok) throw new Error(String(answer.status))
    return answer.json()
  }
  const [land, found] = await Promise.all([getJson(words.land), getJson(words.points)])

  const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches
  const map = L.map(element, {
    zoomControl: false,
    attributionControl: Boolean(words.tiles),
    minZoom: 7,
    zoomSnap: 0.25,
    maxZoom: words.tiles ? 18 : 14,
    zoomAnimation: !isStill,
    fadeAnimation: !isStill,
    maxBounds: [[48.4, 0.9], [52.6, 8]],
  })
  element.setAttribute('role', 'region')
  element.setAttribute('aria-label', words.wordMap)
  L.control.zoom({ zoomInTitle: words.wordIn, zoomOutTitle: words.wordOut }).addTo(map)

  // ---- what to look at first; Leaflet draws nothing before it knows ----
  const whole = L.latLngBounds([[49.5, 2.55], [51.5, 6.4]])
  const around = found.centre && L.latLng(found.centre.slice(0, 2)).toBounds(found.centre[2] * 2000)
  const bounds = around || L.latLngBounds(found.points.map((point) => point.at))
  const fit = () => {
    map.invalidateSize({ animate: false })
    map.fitBounds(bounds.isValid() ? bounds : whole, { padding: [16, 16], maxZoom: 12, animate: false })
  }
  fit()

  const asText = (text) => {
    const part = document.createElement('span')
    part.textContent = text
    return part.innerHTML
  }

  const lines = land.arcs.map((steps) => {
    const line = []
    let [x, y] = [0, 0]
    for (let place = 0; place < steps.length; place += 2) {
      x += steps[place]
      y += steps[place + 1]
      line.push([y / GRID, x / GRID])
    }
    return line
  })
  const ringOf = (numbers) =>
    numbers.flatMap((number) => (number >= 0 ? lines[number] : [...lines[~number]].reverse()))

  if (words.tiles) {
    map.attributionControl.setPrefix(false)
    L.tileLayer(words.tiles, { attribution: asText(words.attribution), maxZoom: 18 }).addTo(map)
  } else {
    const still = { interactive: false, smoothFactor: 0.6 }
    L.polygon(land.rings.map((ring) => [ringOf(ring)]), { ...still, stroke: false, className: 'map-land' }).addTo(map)
    for (const [level, className] of ['map-canton', 'map-arrondissement', 'map-edge'].entries()) {
      const ofLevel = lines.filter((_line, number) => land.levels[number] === level)
      L.polyline(ofLevel, { ...still, className }).addTo(map)
    }
  }

  if (found.centre) {
    const [latitude, longitude, radius] = found.centre
    const circle = { radius: radius * 1000, interactive: false, className: 'map-radius' }
    L.circle([latitude, longitude], circle).addTo(map)
  }

  // ---- names of towns: the large ones first, and none over another ----
  const townLayer = L.layerGroup()
  const nameTowns = () => {
    townLayer.clearLayers()
    const zoom = map.getZoom()
    const rankMax = zoom < 9 ? 0 : zoom < 11 ? 1 : 2
    const taken = []
    const view = map.getBounds().pad(0.1)
    for (const [latitude, longitude, rank, names] of land.towns) {
      if (rank > rankMax) break
      const at = [latitude, longitude]
      if (!view.contains(at)) continue
      const name = typeof names === 'string' ? names : names[words.language] || names.en
      const { x, y } = map.latLngToContainerPoint(at)
      const half = name.length * (rank ? 3.3 : 3.9) + 8
      const box = [x - half, y - 2, x + half, y + 20]
      if (taken.some((one) => one[0] < box[2] && box[0] < one[2] && one[1] < box[3] && box[1] < one[3])) continue
      taken.push(box)
      const label = document.createElement('span')
      label.textContent = name
      const icon = L.divIcon({ className: `map-town map-town-${rank}`, html: label, iconSize: null })
      L.marker(at, { icon, interactive: false, keyboard: false, zIndexOffset: -1000 }).addTo(townLayer)
    }
  }
  if (!words.tiles) townLayer.addTo(map)

  // ---- shops, those close together as one ----
  const paragraph = (className, text) => {
    const part = document.createElement('p')
    part.className = className
    part.textContent = text
    return part
  }
  const cardOf = (point) => {
    const card = document.createElement('div')
    card.className = 'map-card'
    card.append(paragraph('map-card-name', point.name))
    if (point.merchant) card.append(paragraph('map-card-line', point.merchant))
    card.append(paragraph('map-card-line', point.address), paragraph('map-card-line', point.products))
    if (point.is_invented) card.append(paragraph('map-card-invented', words.wordInvented))
    return card
  }
  const cardsOf = (points) => {
    const cards = document.createElement('div')
    cards.append(...points.slice(0, LISTED_MAX).map(cardOf))
    if (points.length > LISTED_MAX) cards.append(paragraph('map-card-line', `+ ${points.length - LISTED_MAX}`))
    return cards
  }
  const openAt = (at, content) => {
    const popup = L.popup({ maxWidth: 260, minWidth: 180, maxHeight: 280, offset: [0, -6] }).setLatLng(at).setContent(content)
    popup.openOn(map)
    const close = popup.getElement().querySelector('.leaflet-popup-close-button')
    close.setAttribute('aria-label', words.wordClose)
  }

  // Each group stands where its first shop does, so that no two marks are nearer to each other than APART.
  const groupsAt = (zoom) => {
    const groups = []
    for (const point of found.points) {
      const at = map.project(point.at, zoom)
      const near = groups.find((group) => group.at.distanceTo(at) < APART)
      if (near) near.points.push(point)
      else groups.push({ at, points: [point] })
    }
    return groups.map((group) => group.points)
  }

  const shopLayer = L.layerGroup().addTo(map)
  const placeGroup = (points) => {
    const isOne = points.length === 1
    const { at } = points[0]
    const mark = document.createElement('span')
    mark.textContent = isOne ? '' : String(points.length)
    const size = isOne ? 26 : points.length < 10 ? 34 : 42
    const icon = L.divIcon({
      className: isOne ? 'map-pin' : 'map-cluster',
      html: mark,
      iconSize: [size, size],
      iconAnchor: isOne ? [size / 2, size] : [size / 2, size / 2],
    })
    const marker = L.marker(at, { icon }).addTo(shopLayer)
    const name = isOne ? points[0].name : words.wordSeveral.replace('{count}', points.length)
    marker.getElement().setAttribute('aria-label', name)
    const open = () => {
      const bounds = L.latLngBounds(points.map((point) => point.at))
      const isOneSpot = bounds.getNorthEast().equals(bounds.getSouthWest())
      if (isOneSpot || map.getZoom() >= map.getMaxZoom()) openAt(at, cardsOf(points))
      else map.fitBounds(bounds, { padding: [48, 48] })
    }
    marker.on('click', open)
    marker.on('keypress', (event) => {
      if (event.originalEvent.key === 'Enter') open()
    })
  }
  const placeShops = () => {
    shopLayer.clearLayers()
    for (const group of groupsAt(map.getZoom())) placeGroup(group)
  }

  map.on('zoomend', placeShops)
  map.on('moveend', nameTowns)
  placeShops()
  nameTowns()

  const byId = new Map(found.points.map((point) => [point.id, point]))
  return {
    isCut: found.is_cut,
    fit,
    show(id) {
      const point = byId.get(id)
      if (!point) return
      map.setView(point.at, Math.max(map.getZoom(), 11), { animate: false })
      openAt(point.at, cardOf(point))
    },
  }
}
