import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs'

/** Replaces a file as a whole: a reader sees the old text or the new one, never a part. */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.tmp`
  const file = openSync(draft, 'w')
  try {
    writeFileSync(file, text)
    // Without it a full disk or a power cut can leave a renamed, empty file.
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}
