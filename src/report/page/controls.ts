import { page, type PageElement } from './browser.ts'
import type { Drawing } from './drawing.ts'

/** Makes legends and scales work: buttons, so that a keyboard and a screen reader can use them. */
export function connectControls(drawing: Drawing): void {
  for (const group of page.document.querySelectorAll('.controls')) connectGroup(group, drawing)
}

function connectGroup(group: PageElement, drawing: Drawing): void {
  const id = group.closest('figure')?.querySelector('.panel')?.dataset['figure']
  if (id === undefined) return
  const choice = drawing.choiceOf(id)
  const scales = [...group.querySelectorAll('.scale')]
  const showScale = (): void => {
    for (const button of scales) button.setAttribute('aria-pressed', String(button.dataset['scale'] === drawing.scaleOf(id)))
  }
  for (const button of group.querySelectorAll('.key')) {
    const style = Number(button.dataset['style'])
    button.addEventListener('click', () => {
      if (!choice.hidden.delete(style)) choice.hidden.add(style)
      button.setAttribute('aria-pressed', String(!choice.hidden.has(style)))
      drawing.drawFigure(id)
    })
  }
  for (const button of scales)
    button.addEventListener('click', () => {
      choice.scale = button.dataset['scale'] === 'log' ? 'log' : 'linear'
      showScale()
      drawing.drawFigure(id)
    })
  showScale()
}
