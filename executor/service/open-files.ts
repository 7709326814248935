/** How many descriptors the executor may hold: on a Mac each watched file costs one, and an agent has a dozen. */
export const OPEN_FILES = 8192;
