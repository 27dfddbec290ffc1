// Putting things in order without asking the server: by its own buttons and numbers, and by
// dragging in addition. What is sent stays the numbers in the fields.
//
//   <p role="status" id="moved"></p>
//   <ol data-ranks="moved" data-placed="“{title}” is number {n} now." data-out="…">
//     <li data-title="A café">… <span data-place>1. </span> … <input type="number">
//       <button name="do" value="up-3"> down-3, out-3; in-3 where it has no number
//
// Lines with a number come first, in order. The moving rules are those of codesign/forms/rankings.py.

const EDGE = 70 // px from the top and bottom of the window within which dragging scrolls
const STEP = 9 // px it scrolls in each frame
const LIFT = 20 // px upwards that say "put it in" where there is nothing to pass
const SLIDE = 150 // ms

const calm = window.matchMedia('(prefers-reduced-motion: reduce)')

const field = line => line.querySelector('input[type="number"]')
const hasNumber = line => /^\d{1,3}$/.test(field(line).value)
const middle = line => line.offsetTop + line.offsetHeight / 2
const without = (lines, line) => lines.filter(each => each !== line)
const within = (lines, line, at) => [...lines.slice(0, at), line, ...lines.slice(at)]

class Ranking {
  constructor (list) {
    this.list = list
    this.status = document.getElementById(list.dataset.ranks)
    this.drag = null
    list.closest('form').addEventListener('click', event => this.press(event))
    if ('PointerEvent' in window) for (const line of list.children) this.addGrip(line)
  }

  // Lines as their fields say now: those with a number by number, and the rest.
  read () {
    const lines = [...this.list.children]
    return {
      ranked: lines.filter(hasNumber).sort((a, b) => field(a).value - field(b).value),
      rest: lines.filter(line => !hasNumber(line))
    }
  }

  // Show an order. `held` stays where it is in the document and all others move around it, so that
  // it keeps the pointer.
  show ({ ranked, rest }, held) {
    const lines = [...ranked, ...rest]
    const focused = document.activeElement
    const tops = lines.map(line => line.offsetTop)
    const at = lines.indexOf(held)
    lines.forEach((line, n) => {
      if (n < at) held.before(line)
      else if (n > at) this.list.append(line)
      const isIn = n < ranked.length
      field(line).value = isIn ? n + 1 : ''
      line.classList.toggle('tl-vote__line--in', isIn)
      line.querySelector('[data-place]').textContent = isIn ? `${n + 1}. ` : ''
      for (const button of line.querySelectorAll('[name="do"]')) {
        button.hidden = button.value.startsWith('in-') === isIn
      }
    })
    focused.focus({ preventScroll: true })
    if (calm.matches) return
    lines.forEach((line, n) => {
      const from = tops[n] - line.offsetTop
      if (!from || (this.drag && line === held) || !line.animate) return
      const transform = [`translateY(${from}px)`, 'none']
      line.animate({ transform }, { duration: SLIDE, easing: 'ease-out' })
    })
  }

  say (line) {
    const { placed, out } = this.list.dataset
    const words = hasNumber(line) ? placed.replace('{n}', field(line).value) : out
    this.status.textContent = words.replace('{title}', () => line.dataset.title)
  }

  // One of the form's helping buttons; Enter in a field presses the one that only puts in order.
  press (event) {
    const button = event.target.closest('button[name="do"]')
    if (!button) return
    event.preventDefault()
    const [act] = button.value.split('-')
    const line = (act === 'arrange' ? document.activeElement : button).closest('[data-title]')
    if (!line) return this.show(this.read())
    this.show(act === 'arrange' ? this.read() : this.moved(line, act), line)
    this.say(line)
    if (button.hidden) line.querySelector(`[value^="${act === 'out' ? 'in' : 'up'}-"]`).focus()
    line.scrollIntoView({ block: 'nearest' })
  }

  moved (line, act) {
    const { ranked, rest } = this.read()
    const at = ranked.indexOf(line)
    const others = without(ranked, line)
    if (act === 'out') return { ranked: others, rest: [line, ...without(rest, line)] }
    const place = act === 'up' ? Math.max(0, at - 1) : at + 1
    return { ranked: within(others, line, at < 0 ? others.length : place), rest: without(rest, line) }
  }

  // Something to drag by, for a finger or a mouse only: keyboard and screen reader have the buttons.
  addGrip (line) {
    const grip = document.createElement('span')
    grip.className = 'tl-vote__grip'
    grip.setAttribute('aria-hidden', 'true')
    grip.addEventListener('pointerdown', event => this.lift(event, line))
    grip.addEventListener('pointermove', event => { if (this.drag) this.drag.y = event.clientY })
    grip.addEventListener('pointerup', () => this.drop(true))
    grip.addEventListener('pointercancel', () => this.drop(false))
    line.append(grip)
  }

  lift (event, line) {
    if (event.button !== 0 || this.drag) return
    event.preventDefault()
    event.target.setPointerCapture(event.pointerId)
    const before = this.read()
    this.show(before, line)
    const top = line.getBoundingClientRect().top
    const y = event.clientY
    this.drag = { line, before, shown: before, y, grabbed: y - top, from: line.offsetTop }
    line.classList.add('tl-vote__line--held')
    this.follow()
  }

  // In each frame: scroll at the edges, draw the line under the pointer, and make room for it.
  follow () {
    if (!this.drag) return
    const { line, y, grabbed, from } = this.drag
    const low = window.innerHeight - EDGE
    const list = this.list.getBoundingClientRect()
    if (y < EDGE && list.top < EDGE) window.scrollBy(0, -STEP)
    else if (y > low && list.bottom > low) window.scrollBy(0, STEP)
    const top = y - grabbed - this.list.getBoundingClientRect().top
    this.makeRoom(top + line.offsetHeight / 2, top < from - LIFT)
    line.style.transform = `translateY(${top - line.offsetTop}px)`
    requestAnimationFrame(() => this.follow())
  }

  // Among those with a number or right after them it has one, further down it has none. What had
  // none and was not passed by any has to be lifted to get one.
  makeRoom (height, lifted) {
    const { line, before, shown } = this.drag
    const ranked = without(before.ranked, line)
    const rest = without(before.rest, line)
    const above = [...ranked, ...rest].filter(each => middle(each) < height).length
    const had = before.ranked.includes(line)
    const isIn = above < ranked.length || (above === ranked.length && (had || lifted))
    const now = isIn
      ? { ranked: within(ranked, line, above), rest }
      : { ranked, rest: within(rest, line, above - ranked.length) }
    const same = (a, b) => a.length === b.length && a.every((each, n) => each === b[n])
    if (same(now.ranked, shown.ranked) && same(now.rest, shown.rest)) return
    this.drag.shown = now
    this.show(now, line)
  }

  drop (keep) {
    if (!this.drag) return
    const { line, before, shown } = this.drag
    this.drag = null
    line.style.transform = ''
    line.classList.remove('tl-vote__line--held')
    if (!keep) this.show(before, line)
    else if (shown !== before) this.say(line)
  }
}

export function startRanks () {
  for (const list of document.querySelectorAll('[data-ranks]')) {
    // Errors stand beside the fields they are about until the server has looked again.
    if (!list.querySelector('.govuk-error-message')) new Ranking(list)
  }
}
