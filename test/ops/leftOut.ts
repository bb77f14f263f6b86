/**
 * Names of JAX that effax leaves out, each with its reason. FEATURES.md lists them.
 */

/** By the module of JAX, in JAX's spelling. */
export const leftOut: { readonly [module: string]: { readonly [name: string]: string } } = {
  "jax.numpy": {
    set_printoptions: "arrays print through Effect's Inspectable, which has no global options",
    get_printoptions: "arrays print through Effect's Inspectable, which has no global options",
    printoptions: "arrays print through Effect's Inspectable, which has no global options",
    array_repr: "`String(x)`",
    array_str: "`String(x)`",
    c_: "syntax of Python's brackets; `Numpy.concatenate` and `Numpy.stack`",
    r_: "syntax of Python's brackets; `Numpy.concatenate` and `Numpy.stack`",
    s_: "syntax of Python's brackets; an index is a list, and `Numpy.slice`",
    index_exp: "syntax of Python's brackets; an index is a list, and `Numpy.slice`",
    from_dlpack: "JavaScript has no DLPack; typed arrays are taken by `NdArray.fromTypedArray`",
    frombuffer: "a typed array is a view of a buffer: `NdArray.fromTypedArray(new Float32Array(buffer))`",
    fromfile: "files are read by Effect's FileSystem, and their bytes by `NdArray.fromTypedArray`",
    fromstring: "`Numpy.array(text.split(\",\").map(Number))`",
    fromiter: "`Numpy.array(Array.from(iterable))`",
    frompyfunc: "functions of arrays need no wrapper; `vmap` maps the others",
    ufunc: "functions of arrays need no wrapper; `vmap` maps the others",
    load: "arrays are kept by Effect's FileSystem and KeyValueStore",
    save: "arrays are kept by Effect's FileSystem and KeyValueStore",
    savez: "arrays are kept by Effect's FileSystem and KeyValueStore"
  }
}
