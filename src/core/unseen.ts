/** What a terminal obeys: C0, DEL and C1. Like the others here, the inside of a character class. */
export const controls = String.raw`\u0000-\u001f\u007f-\u009f`;

/** Marks that turn the direction of writing, so that a text reads other than it is. */
export const turning = String.raw`\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069`;

/** All that nobody would see in a text of a server and that acts all the same; Unicode's own line breaks too. */
export const unseen = String.raw`${controls}\u2028\u2029${turning}`;
