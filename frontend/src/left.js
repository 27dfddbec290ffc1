// How many dots, or how much money, is left while somebody gives it out. The server counts again.
//
//   <div data-whole="10" data-left-one="1 dot left" data-left-many="{n} dots left"
//        data-over-one="…" data-over-many="…" data-most="…"><p role="status">…</p><button>…</div>
//
// `data-costs` on a box says what ticking it costs; on a number, what each of that number costs.

const PAUSE = 400 // ms after the last change, so that a screen reader hears one sentence, not five

function given (field) {
  if (field.type === 'checkbox') return field.checked ? 1 : 0
  return /^\d{1,3}$/.test(field.value) ? Number(field.value) : 0
}

function words (data, left, fields) {
  if (fields.some(field => field.validity.rangeOverflow)) return data.most
  const kind = left < 0 ? 'over' : 'left'
  const figure = Math.abs(left)
  return data[kind + (figure === 1 ? 'One' : 'Many')].replace('{n}', figure.toLocaleString('en-GB'))
}

function count (sum, fields) {
  const spent = fields.reduce((all, field) => all + given(field) * field.dataset.costs, 0)
  const left = sum.dataset.whole - spent
  const said = sum.querySelector('[role="status"]')
  const now = words(sum.dataset, left, fields)
  if (said.textContent !== now) said.textContent = now
}

export function startLeft () {
  for (const sum of document.querySelectorAll('[data-whole]')) {
    const form = sum.closest('form')
    const fields = [...form.querySelectorAll('[data-costs]')]
    const button = sum.querySelector('button')
    let timer = 0
    form.addEventListener('input', () => {
      clearTimeout(timer)
      timer = setTimeout(count, PAUSE, sum, fields)
    })
    // Nobody needs to ask any more. Enter in a field presses this button still.
    button.hidden = true
    button.addEventListener('click', event => {
      event.preventDefault()
      count(sum, fields)
    })
    sum.classList.add('tl-vote__sum--live')
    count(sum, fields)
  }
}
