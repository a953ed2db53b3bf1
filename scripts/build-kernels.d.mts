export const kernels: string[]
export function assemble(kernel: string): Promise<Uint8Array>
