/** Text that any terminal, file and JSON reader takes: lone surrogates and control characters become U+FFFD. */
export function printableText(text: string): string {
  return Buffer.from(text)
    .toString()
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')
}

/**
 * What a reader can see of a text: two that look alike have one outline, and one that shows nothing has none (""). Characters
 * that are not drawn (Default_Ignorable_Code_Point of Unicode: zero width, soft hyphens, marks of direction) are left out,
 * composed and decomposed letters are one (NFC, UAX #15), and blanks of any kind and number count as one between words and as none around.
 */
export function outlineOf(text: string): string {
  return text
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFC')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
