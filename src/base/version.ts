/** Kept equal to package.json by a test. */
export const version = '0.1.0';

/** How this program names itself to a tracker. */
export const agent: string = `rollcall/${version}`;
