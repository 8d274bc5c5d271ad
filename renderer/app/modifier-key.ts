/** As shown in front of a letter. */
export const modifierKey = /mac/i.test(navigator.platform) ? '⌘' : 'Ctrl+';
