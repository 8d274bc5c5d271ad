export const incidents = {
  isClosed: 'Incident INC-{{number}} is closed. Reopen it to add something.',
  isOpen: 'Incident INC-{{number}} is open already.',
  noProfile: 'This node has no profile to compare it with.',
};
