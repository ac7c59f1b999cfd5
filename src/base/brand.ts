declare const brand: unique symbol;

/** A value that has been parsed: only the parser of that name makes one, so nobody checks it again. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
