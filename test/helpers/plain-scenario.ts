/** A scenario file with nothing but what a file must have; tests add to it. */
export const plainScenario = {
  title: 'Plain',
  question: 'Why?',
  clientCount: 10,
  traffic: { pattern: 'broadcast', messagesPerSecondPerChannel: 100 },
}
