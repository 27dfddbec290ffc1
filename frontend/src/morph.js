// Changing a part of the page in place, so that focus, half-typed words and open details survive.
//
// Two things morph: a live region, with a fragment made for its whole audience, and an htmx answer
// (hx-swap="morph") to what this person has just sent. Only the answer may fill in what is
// personal (data-live-keep) and empty the form it answers.

import htmx from 'htmx.org/dist/htmx.esm.js'
import { Idiomorph } from 'idiomorph'

let sentForm = null // the form whose answer htmx is about to show

const isElement = node => node.nodeType === Node.ELEMENT_NODE

// The person's token. Fragments rendered for a whole audience cannot carry one.
export function csrfToken () {
  const meta = document.querySelector('meta[name="csrf-token"]')
  return meta ? meta.content : ''
}

// Has the person changed this field since the page or the last answer filled it?
function touched (field) {
  if (field.type === 'hidden' || field.type === 'submit') return false
  if (field.type === 'checkbox' || field.type === 'radio') {
    return field.checked !== field.defaultChecked
  }
  if (field.localName === 'select') {
    return [...field.options].some(option => option.selected !== option.defaultSelected)
  }
  return field.value !== field.defaultValue
}

function options (isAnswer) {
  const answered = node => isAnswer && sentForm && sentForm.contains(node)
  const kept = node => touched(node) && !answered(node)
  return {
    morphStyle: 'outerHTML',
    callbacks: {
      beforeNodeMorphed: (node, newNode) => {
        if (!isElement(node)) return true
        if (node.hasAttribute('data-live-keep')) return isAnswer
        const isField = node.matches('input, textarea, select') && node.localName === newNode.localName
        return !(isField && kept(node))
      },
      // A form somebody is writing in stays, even where the new page no longer has it.
      beforeNodeRemoved: node => {
        if (!isElement(node)) return true
        const fields = node.matches('textarea') ? [node] : [...node.querySelectorAll('textarea')]
        return !fields.some(kept)
      },
      // People open and close details themselves.
      beforeAttributeUpdated: (name, element) => !(name === 'open' && element.localName === 'details')
    }
  }
}

// Focus never falls to the top of the page: when its element went, the nearest one around it
// that stayed takes it.
function keepFocus (change) {
  const active = document.activeElement
  const around = []
  for (let e = active; e && e !== document.body; e = e.parentElement) around.push(e)
  const result = change()
  const place = around.find(e => e.isConnected)
  if (place && place !== active && document.activeElement === document.body) {
    if (!place.hasAttribute('tabindex')) place.setAttribute('tabindex', '-1')
    place.focus({ preventScroll: true })
  }
  return result
}

// Give each form of `root` this person's token and a one-time key. A form that is already in the
// page keeps its key until its own answer comes, so that trying again counts once.
export function completeForms (root) {
  for (const form of root.querySelectorAll('form[method="post"]')) {
    const once = hiddenInput(form, 'once')
    const shown = [...document.forms].find(old => old !== form &&
      (form.id ? old.id === form.id : old.getAttribute('action') === form.getAttribute('action')))
    if (shown && shown !== sentForm && shown.elements.once) once.value = shown.elements.once.value
    if (!once.value) once.value = freshKey()
    const token = hiddenInput(form, 'csrfmiddlewaretoken')
    if (!token.value) token.value = csrfToken()
  }
}

function hiddenInput (form, name) {
  let input = form.querySelector(`input[name="${name}"]`)
  if (!input) {
    input = form.ownerDocument.createElement('input')
    input.type = 'hidden'
    input.name = name
    form.insertBefore(input, form.firstChild)
  }
  return input
}

function freshKey () {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, byte => ('0' + byte.toString(16)).slice(-2)).join('')
}

// The first element of a fragment's HTML, parsed without running or loading anything.
export function parse (html) {
  return new DOMParser().parseFromString(html, 'text/html').body.firstElementChild
}

// Morph `element` into `fresh`, a fragment for everyone; returns what now stands in its place.
export function morph (element, fresh) {
  const id = element.id
  completeForms(fresh)
  keepFocus(() => Idiomorph.morph(element, fresh, options(false)))
  const now = document.getElementById(id) || element
  htmx.process(now)
  return now
}

// `hx-swap="morph"`. Our own few lines: the extension that idiomorph ships evaluates its options.
export function defineMorphSwap () {
  document.body.addEventListener('htmx:beforeSwap', event => {
    const source = event.detail.requestConfig && event.detail.requestConfig.elt
    sentForm = source && source.closest ? source.closest('form') : null
  })
  document.body.addEventListener('htmx:afterRequest', () => { sentForm = null })
  htmx.defineExtension('morph', {
    isInlineSwap: style => style === 'morph',
    handleSwap: (style, target, fragment) => {
      if (style !== 'morph') return false
      completeForms(fragment)
      return keepFocus(() => Idiomorph.morph(target, fragment.children, options(true)))
    }
  })
}
