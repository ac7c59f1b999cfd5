/** Most choices that an error names: more than that nobody reads. */
export const maxChoicesNamed = 20;
