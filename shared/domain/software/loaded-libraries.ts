import { z } from 'zod';
import { isAtLeast } from '../compatibility/versions';
import type { GpuProcessEnvironmentFacts } from '../facts/gpu';

export const libraryCopiesSchema = z.object({ pid: z.number(), library: z.string(), paths: z.array(z.string()) });
export type LibraryCopies = z.infer<typeof libraryCopiesSchema>;

/** Libraries of CUDA of which one process has mapped more than one file. Null: what they have mapped was not read. */
export function libraryCopies(environment: GpuProcessEnvironmentFacts): LibraryCopies[] | null {
  const processes = environment.libraries ?? null;
  if (processes === null) return null;
  return processes.flatMap(({ pid, paths }) => {
    const byName = new Map<string, string[]>();
    for (const path of paths) {
      const library = /\/(lib\w+)\.so/.exec(path)?.[1];
      if (library !== undefined) byName.set(library, [...(byName.get(library) ?? []), path]);
    }
    return [...byName].flatMap(([library, files]) => (files.length > 1 ? [{ pid, library, paths: files }] : []));
  });
}

export const compatLibrarySchema = z.object({
  pid: z.number().nullable(),
  /** Folder of a compatibility package: `/usr/local/cuda-12.4/compat`. */
  path: z.string(),
  /** CUDA version in its name; null: the name does not tell. */
  cuda: z.string().nullable(),
  /** Its libcuda is the one that the process has mapped. Null: not known. */
  isLoaded: z.boolean().nullable(),
  /** The driver itself runs this CUDA version, so that an older libcuda only stands in its way. Null: not known. */
  isNeedless: z.boolean().nullable(),
});
export type CompatLibrary = z.infer<typeof compatLibrarySchema>;

/**
 * Folders of CUDA's compatibility package that processes have in LD_LIBRARY_PATH, or whose libcuda they have mapped. NVIDIA's own
 * images always name the folder and fill it only where it is needed, so a name alone is no fault.
 */
export function compatLibraries(environment: GpuProcessEnvironmentFacts, driverCuda: string | null): CompatLibrary[] {
  return environment.processes.flatMap(({ pid, variables }) => {
    const mapped = environment.libraries?.find((one) => one.pid === pid)?.paths ?? null;
    const named = (variables.LD_LIBRARY_PATH ?? '').split(':').filter((folder) => /\/compat(?:\/|$)/.test(folder));
    const loaded = (mapped ?? []).filter((path) => /\/compat\/.*libcuda\.so/.test(path)).map(folderOf);
    return [...new Set([...named, ...loaded])].map((path) => ({
      pid,
      path,
      cuda: cudaOfFolder(path),
      isNeedless: isNeedless(cudaOfFolder(path), driverCuda),
      isLoaded: mapped === null ? null : loaded.some((folder) => folder.startsWith(path.replace(/\/$/, ''))),
    }));
  });
}

/** The folders of a pasted LD_LIBRARY_PATH. */
export function compatFolders(libraryPath: string, driverCuda: string | null): CompatLibrary[] {
  const folders = libraryPath
    .replace(/^\s*(?:export\s+)?LD_LIBRARY_PATH=/, '')
    .split(/[:\s]/)
    .filter((folder) => /\/compat(?:\/|$)/.test(folder));
  return [...new Set(folders)].map((path) => {
    const cuda = cudaOfFolder(path);
    return { pid: null, path, cuda, isLoaded: null, isNeedless: isNeedless(cuda, driverCuda) };
  });
}

function folderOf(path: string): string {
  return path.replace(/\/[^/]*$/, '');
}

function cudaOfFolder(path: string): string | null {
  return /\/cuda-(\d{1,2}\.\d{1,2})\//.exec(`${path}/`)?.[1] ?? null;
}

function isNeedless(cuda: string | null, driverCuda: string | null): boolean | null {
  return cuda === null || driverCuda === null ? null : isAtLeast(driverCuda, cuda);
}

export const userSiteLeakSchema = z.object({ pid: z.number(), executable: z.string(), paths: z.array(z.string()) });

/** Processes of an environment that have mapped libraries out of `~/.local`, as `pip install --user` leaves them. */
export function userSiteLeaks(environment: GpuProcessEnvironmentFacts): z.infer<typeof userSiteLeakSchema>[] | null {
  const processes = environment.libraries ?? null;
  if (processes === null) return null;
  return processes.flatMap(({ pid, executable, paths }) => {
    const leaked = paths.filter((path) => /\/\.local\/lib\/python3/.test(path));
    // The system's own Python is meant to look there.
    const isOfEnvironment = executable !== null && !/^\/usr\/bin\//.test(executable);
    return isOfEnvironment && leaked.length > 0 ? [{ pid, executable, paths: leaked }] : [];
  });
}
