/** A service as its subject's id names it: `vllm :8000 meta-llama/Llama-3.1-8B`. */
export interface ServiceName {
  readonly product: string;
  /** Where it is on its node: `:8000`. */
  readonly place: string;
  readonly model: string;
}

const products: Readonly<Record<string, string>> = {
  vllm: 'vLLM',
  triton: 'Triton',
  'node-exporter': 'node_exporter',
};

export function serviceName(id: string): ServiceName {
  const [kind = '', place = '', ...words] = id.split(' ');
  const model = words.join(' ');
  // A model that was loaded from a folder is called by its path.
  return {
    product: products[kind] ?? kind,
    place,
    model: model.startsWith('/') ? (model.split('/').at(-1) ?? '') : model,
  };
}
