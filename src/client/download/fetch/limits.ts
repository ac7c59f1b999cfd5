/** How long seats are kept, each with its unit and its reason. */

/** Milliseconds that an owner of a part does nothing before it makes room for one of all: longer than any gap between two asks. */
export const makeRoomMs = 1000;
/** Milliseconds in which a newcomer is dialled, tells what it has, and is asked: some hundred, and a lost packet. */
export const unheardMs = 3000;
/** Milliseconds that a seat is kept for nothing while others are at work: pieces come to a downloader all the time. */
export const changeMs = 30_000;
/** Milliseconds without a piece before it is given up while some were not heard yet: a thousand owners in turns. */
export const unheardPatienceMs = 300_000;
