/** The pictures of README and docs, in the order in which they are taken; each is `docs/pictures/<name>.png`. */
export const pictureNames = [
  'panel-healthy',
  'cluster',
  'grants',
  'fleet-and-panel',
  'plan',
  'neighbours',
  'mirror',
] as const;

export type PictureName = (typeof pictureNames)[number];
