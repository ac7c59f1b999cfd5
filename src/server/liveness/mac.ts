import { hash } from 'node:crypto';
import { heartbeatBytes, type Mac, signedBytes } from '../../net/wire/heartbeat.ts';

/** SHA-256's block and digest, bytes (FIPS 180-4). */
const blockBytes = 64;
const digestBytes = 32;
const keyWords = 8;
const innerPad = 0x36363636;
const outerPad = 0x5c5c5c5c;

/** Used for every MAC, under any key: one is worked out at a time. What a key leaves of the pads stays as it is. */
const inner = new Uint8Array(blockBytes + signedBytes);
const outer = new Uint8Array(blockBytes + digestBytes);
const innerWords = new Int32Array(inner.buffer, 0, blockBytes / 4).fill(innerPad);
const outerWords = new Int32Array(outer.buffer, 0, blockBytes / 4).fill(outerPad);
const told = new Uint8Array(heartbeatBytes - signedBytes);

/**
 * HMAC-SHA-256 (RFC 2104) of what a heartbeat signs, under a key of 32 bytes: the first 16 bytes. Two one-shot hashes,
 * whose digests come as `binary` text, take a third of the time of `createHmac`, since no object outlives the call. A
 * MAC is good until the next one, under any key.
 */
export function heartbeatMac(key: Uint8Array): Mac {
  const words = new Int32Array(Uint8Array.from(key).buffer);
  return (message) => {
    for (let index = 0; index < keyWords; index++) {
      const word = words[index] as number;
      innerWords[index] = word ^ innerPad;
      outerWords[index] = word ^ outerPad;
    }
    inner.set(message, blockBytes);
    write(hash('sha256', inner, 'binary'), outer, blockBytes, digestBytes);
    write(hash('sha256', outer, 'binary'), told, 0, told.length);
    return told;
  };
}

function write(digest: string, into: Uint8Array, offset: number, bytes: number): void {
  for (let index = 0; index < bytes; index++) into[offset + index] = digest.charCodeAt(index);
}
