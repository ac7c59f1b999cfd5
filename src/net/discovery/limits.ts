/** What the network may cost whoever looks for trackers, and whoever announces one. */

/** Where all of multicast DNS is sent, and where an answer has to come from (RFC 6762, section 6). */
export const mdnsPort = 5353;

/** Trackers that one search keeps: more than a person would choose from, and than one network has. */
export const maxTrackers = 64;

/** Messages that one search reads before it ends with what it has: a busy office sends some 50 a second. */
export const maxMessages = 1024;

/** Records of each part of a message that are read; an answer of ours has fewer than ten, and a responder of others may bundle. */
export const maxRecords = 256;

/** Addresses of one tracker that are looked at. */
export const maxAddresses = 16;

/** Bytes of a TXT record: RFC 6763, section 6.2, asks to stay below 400. */
export const maxTxtBytes = 400;

/** Bytes of one label of a name (RFC 1035, section 2.3.4), which an instance's name is. */
export const maxLabelBytes = 63;

/** A question is asked again no sooner than this, milliseconds (RFC 6762, section 5.2). */
export const askAgainMs = 1000;

/**
 * Without news for so long after the first tracker a search may end, milliseconds: responders wait 20 to 120 ms (RFC
 * 6762, section 6), and a machine may be busy.
 */
export const settleMs = 1000;

/** The second announcement comes so long after the first, milliseconds (RFC 6762, section 8.3). */
export const announceAgainMs = 1000;

/** How often a tracker looks whether this machine has come to another network, milliseconds. */
export const linksEveryMs = 5000;

/** Questions of one message that are looked at. */
export const maxQuestions = 32;

/** Answers that a tracker sends on one link, in a burst and a second: each goes to everybody, so that few may be caused. */
export const answerBurst = 40;
export const answersPerSecond = 20;

/** Longest that opening a link, or saying goodbye on it, may take, milliseconds. */
export const linkMs = 500;
