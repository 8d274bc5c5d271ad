export const sim = {};
