import prettyBytes from 'pretty-bytes';

/** Bytes as everything that a person reads says them: `18 B`, `600 kB`, `3.46 GB`; a kB is 1,000 bytes. */
export const sizeText = (bytes: number): string => prettyBytes(bytes);
