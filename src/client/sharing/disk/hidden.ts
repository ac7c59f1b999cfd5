/** A file that we are in the middle of writing. Never shared. */
export const isTemporary = (name: string): boolean => name.startsWith('.rollcall-');

/** Left out of a folder whose entries are shared; inside a folder that is shared as one thing, it is part of it. */
export const isHidden = (name: string): boolean => name.startsWith('.');
