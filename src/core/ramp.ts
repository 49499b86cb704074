/** How clients come: in so many equal steps, each with a reading of the server after it. */
export const rampStepCount = 5

/** Connects under way at once in one client host: well below any accept queue, and enough to keep both ends busy. */
export const connectsAtOnceCount = 200

/** From so many clients on, connects that count nowhere come first: below, the first step is short anyway. */
export const fewestToPrimeCount = 1_000
