export const ownTrees = {
  noFolder: 'No folder for your own trees is chosen. Choose one in the settings, or with `gantry tree folder FOLDER`.',
  badName: '“{{name}}” can’t be a file of trees: letters, digits, dot, hyphen and underscore, ending in .yaml.',
  badId: '“{{id}}” can’t be the id of a tree: lower-case letters, digits and hyphens, beginning with a letter.',
  noText: '{{name}} is no text file of at most 1 MiB.',
  tooLarge: '{{name}} is larger than 1 MiB, more than a tree may be.',
  tooManyFiles: '{{count}} files are more than the {{limit}} that are taken at once.',
  badZip: '{{name}} can’t be unpacked: {{detail}}',
} as const;
