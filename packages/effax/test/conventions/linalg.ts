import { array, dual, list, only } from "./convention.ts"

const square = array([[4, 1], [2, 3]])

export const linalg = {
  cholesky: dual(square),
  cond: dual(square),
  cross: dual(array([1, 2, 3]), array([0, 1, 2])),
  det: only(square),
  diagonal: dual(square),
  eig: only(square),
  eigh: dual(square),
  eigvals: only(square),
  eigvalsh: dual(square),
  inv: only(square),
  lstsq: dual(square, array([1, 2])),
  matmul: dual(square, array([1, 2])),
  matrixNorm: dual(square),
  matrixPower: dual(square, 3),
  matrixRank: dual(square),
  matrixTranspose: only(square),
  multiDot: list([square, array([1, 2])]),
  norm: dual(square),
  outer: dual(array([1, 2]), array([3, 4])),
  pinv: dual(square),
  qr: dual(square),
  slogdet: dual(square),
  solve: dual(square, array([1, 2])),
  svd: dual(square),
  svdvals: only(square),
  tensordot: list(square, square, 1),
  tensorinv: dual(array([[[[1, 2], [3, 5]], [[0, 1], [2, 1]]], [[[1, 1], [0, 2]], [[2, 0], [1, 3]]]])),
  tensorsolve: dual(square, array([1, 2])),
  trace: dual(square),
  vecdot: dual(array([1, 2]), array([3, 4])),
  vectorNorm: dual(square)
}
