import { treeNameOf } from '#shared/domain/own-trees';
import { draftNames } from '../editor/drafts';
import { useTreesFolder } from '../editor/use-trees-folder';

/**
 * What was written in the editor and is not saved: of trees that are in use, by their id, and the other files. Looks after the
 * folder as well: what changes in it is told.
 */
export function useTreeDrafts(onFolder: () => void): { ofTrees: ReadonlyMap<string, string>; others: string[] } {
  const { folder } = useTreesFolder(onFolder);
  const names = [...new Set(draftNames().map(treeNameOf))];
  const inUse = (folder?.files ?? []).flatMap(({ treeId, name }): [string, string][] =>
    treeId !== null && names.includes(name) ? [[treeId, name]] : [],
  );
  const ofTrees = new Map(inUse);
  // Which tree a file is of is not known before the folder is.
  const others = folder ? names.filter((name) => !inUse.some(([, file]) => file === name)).sort() : [];
  return { ofTrees, others };
}
