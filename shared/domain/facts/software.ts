import { z } from 'zod';

const text = z.string().nullable();

/** Facts of probe `docker` (`docker info`) with the running containers (`docker ps`). */
export const dockerFactsSchema = z.object({
  serverVersion: text,
  defaultRuntime: text,
  runtimes: z.array(z.string()),
  cgroupDriver: text,
  cgroupVersion: text,
  storageDriver: text,
  cdiSpecDirs: z.array(z.string()),
  containers: z.array(z.object({ id: z.string(), name: text, image: text, state: text, status: text, command: text })),
});
export type DockerFacts = z.infer<typeof dockerFactsSchema>;

/** Facts of probe `nvidia-container-toolkit` (`nvidia-ctk --version`, `nvidia-ctk cdi list`). */
export const containerToolkitFactsSchema = z.object({
  version: text,
  cdiDevices: z.array(z.string()),
});
export type ContainerToolkitFacts = z.infer<typeof containerToolkitFactsSchema>;

/** Facts of probe `cuda`: toolkits found on disk and the one `nvcc` on PATH belongs to. */
export const cudaFactsSchema = z.object({
  toolkits: z.array(z.object({ path: z.string(), version: text })),
  nvccVersion: text,
});
export type CudaFacts = z.infer<typeof cudaFactsSchema>;
