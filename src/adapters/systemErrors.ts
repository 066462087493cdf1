/** Why the system made no connection, by its error code; the same for every driver. */
export const systemErrors: Readonly<Record<string, 'refused' | 'noRoute' | 'unknownHost' | 'timedOut' | 'lost'>> = {
  ECONNREFUSED: 'refused',
  EACCES: 'refused',
  EPERM: 'refused',
  EHOSTUNREACH: 'noRoute',
  ENETUNREACH: 'noRoute',
  EHOSTDOWN: 'noRoute',
  ENETDOWN: 'noRoute',
  EADDRNOTAVAIL: 'noRoute',
  ENOTFOUND: 'unknownHost',
  EAI_AGAIN: 'unknownHost',
  EAI_FAIL: 'unknownHost',
  EAI_NODATA: 'unknownHost',
  EAI_NONAME: 'unknownHost',
  ETIMEDOUT: 'timedOut',
  ECONNRESET: 'lost',
  EPIPE: 'lost',
};
