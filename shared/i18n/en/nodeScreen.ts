export const nodeScreen = {} as const;
