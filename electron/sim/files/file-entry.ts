/** A file of the node: its text, a symbolic link, or text that only root may read. */
export type FileEntry = string | { readonly link: string } | { readonly rootOnly: string };
