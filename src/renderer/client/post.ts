/** How this page asks its door for something: nothing of it is stored, and no other server is followed to. */
export const POST = {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  cache: 'no-store',
  credentials: 'omit',
  redirect: 'error',
} as const;
