export const connectionStates = ['idle', 'connecting', 'connected', 'reconnecting', 'failed'] as const;
export const profileStates = ['none', 'conforms', 'differs'] as const;
export const compatibilityStates = ['fits', 'limits', 'does-not-fit'] as const;
