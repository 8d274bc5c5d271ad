/** A file of the node: its text, a symbolic link, text that only root may read, or a folder that may be empty. */
export type FileEntry =
  | string
  | { readonly link: string }
  | { readonly rootOnly: string }
  | { readonly isFolder: true };
