/** First byte of a TLS connection: a record of type handshake (RFC 8446, section 5.1). All else is plain. */
export const tlsHandshake = 0x16;

/** What a plain caller of a port for links gets where nothing plain is spoken. */
export const tlsOnly = 'This port speaks TLS: use the rollcall client.\r\n';
