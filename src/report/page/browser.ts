/**
 * What the page uses of a browser. Declared here and not by the compiler's DOM library, which would give servers and
 * clients of this package browser globals without a word.
 */
export interface PageElement {
  readonly dataset: Record<string, string | undefined>
  readonly clientWidth: number
  readonly style: { width: string; height: string }
  width: number
  height: number
  textContent: string | null
  innerHTML: string
  value: string
  checked: boolean
  hidden: boolean
  open: boolean
  getAttribute(name: string): string | null
  setAttribute(name: string, value: string): void
  querySelector(selector: string): PageElement | null
  querySelectorAll(selector: string): Iterable<PageElement>
  closest(selector: string): PageElement | null
  checkVisibility(): boolean
  addEventListener(name: 'click' | 'input' | 'change' | 'toggle', listener: () => void): void
}

interface PageDocument {
  readonly documentElement: PageElement
  readonly fonts: { load(font: string): Promise<unknown> }
  getElementById(id: string): PageElement | null
  querySelectorAll(selector: string): Iterable<PageElement>
}

interface Page {
  readonly document: PageDocument
  readonly devicePixelRatio: number
  matchMedia(query: string): { readonly matches: boolean; addEventListener(name: 'change', listener: () => void): void }
  addEventListener(name: 'resize' | 'beforeprint' | 'afterprint', listener: () => void): void
  setTimeout(callback: () => void, ms: number): number
  clearTimeout(timer: number | undefined): void
}

/** The browser that the page runs in. */
export const page = globalThis as unknown as Page
