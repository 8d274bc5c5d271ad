export const forms = {
  dontKnow: 'I don’t know',
  dontKnowLabel: 'I don’t know: {{field}}',
  required: 'This is needed. If you don’t know it, say so.',
  requiredHere: 'This is needed.',
  notANumber: 'This has to be a number.',
  notWhole: 'This has to be a whole number.',
  tooSmall: 'At least {{limit}}.',
  tooLarge: 'At most {{limit}}.',
  yes: 'Yes',
  no: 'No',
  choose: 'Choose one',
};
