/** Stands for @supabase/storage-js in the build: supabase-js brings it along, and this page stores no files. */
export class StorageClient {}

export class StorageApiError extends Error {}
