export * from '../../text/axis-text.ts'
