export const incidents = {
  isClosed: 'Incident INC-{{number}} is closed. Reopen it to add something.',
  isOpen: 'Incident INC-{{number}} is open already.',
  noProfile: 'This node has no profile to compare it with.',
  fileTooLarge: 'The file is larger than {{mib}} MiB. Copy it yourself.',
  fileUnreadable: 'The file can’t be read on the node: {{path}} ({{reason}})',
  fileChanged: 'The file changed while it was fetched: {{path}}. Fetch it again.',
  isFetching: 'It is being fetched already: {{path}}',
};
