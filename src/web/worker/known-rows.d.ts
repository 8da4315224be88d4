/** The address of what `tools/known-rows.ts` made when the page was built. */
declare module 'virtual:known-rows' {
  const address: string;
  export default address;
}
