// What Wasm SIMD can do on this machine (with chain.ts): each piece of work written by hand, for its own shape only
// (row lengths that are whole vectors, no special cases), in plain 128-bit vectors with relaxed fused multiply-add. A
// library is measured against these. Every kernel takes the part of the work that is its thread's: [begin, end).
#include <stdint.h>
#include <wasm_simd128.h>

typedef v128_t V;
typedef uint32_t u32;

#define EXPORT(name) __attribute__((export_name(#name)))
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

#define SPLAT wasm_f32x4_splat
#define ADD wasm_f32x4_add
#define SUB wasm_f32x4_sub
#define MUL wasm_f32x4_mul
#define MAX wasm_f32x4_pmax
#define LOAD wasm_v128_load
#define STORE wasm_v128_store
#define SPLAT_I wasm_i32x4_splat

/** a * b + c */
INLINE V madd(V a, V b, V c) {
  return wasm_f32x4_relaxed_madd(a, b, c);
}

INLINE float sum_lanes(V v) {
  return (wasm_f32x4_extract_lane(v, 0) + wasm_f32x4_extract_lane(v, 1)) +
         (wasm_f32x4_extract_lane(v, 2) + wasm_f32x4_extract_lane(v, 3));
}

INLINE int least(int a, int b) {
  return a < b ? a : b;
}

// --- elementary functions -------------------------------------------------------------------------------------------

/** exp(x) for x <= 0: adding 1.5 * 2^23 + 127 rounds and leaves the exponent n + 127 in the low bits, which a shift
 * makes 2^n. */
INLINE V exp_(V x) {
  x = MAX(x, SPLAT(-87.f));
  V t = madd(x, SPLAT(1.44269504f), SPLAT(12583039.f)), scale = wasm_i32x4_shl(t, 23), n = SUB(t, SPLAT(12583039.f));
  V r = madd(n, SPLAT(-0x1.62E400p-1f), x);
  r = madd(n, SPLAT(-0x1.7F7D1Cp-20f), r);
  V p = madd(SPLAT(0x1.0F9F9Cp-7f), r, SPLAT(0x1.573A1Ap-5f));
  p = madd(p, r, SPLAT(0x1.555A80p-3f));
  p = madd(p, r, SPLAT(0x1.FFFDC6p-2f));
  p = madd(p, r, SPLAT(0x1.FFFFF6p-1f));
  return madd(p, MUL(r, scale), scale);
}

/** log(x) of positive normal numbers: Cephes' logf. */
INLINE V log_(V x) {
  V e = wasm_i32x4_sub(wasm_u32x4_shr(x, 23), SPLAT_I(127));
  V m = wasm_v128_or(wasm_v128_and(x, SPLAT_I(0x7fffff)), SPLAT_I(0x3f800000));
  V big = wasm_f32x4_gt(m, SPLAT(1.41421356f));
  m = wasm_v128_bitselect(MUL(m, SPLAT(.5f)), m, big);
  e = wasm_i32x4_sub(e, big);
  V f = SUB(m, SPLAT(1.f)), z = MUL(f, f), ef = wasm_f32x4_convert_i32x4(e);
  V p = madd(SPLAT(7.0376836292e-2f), f, SPLAT(-1.1514610310e-1f));
  p = madd(p, f, SPLAT(1.1676998740e-1f));
  p = madd(p, f, SPLAT(-1.2420140846e-1f));
  p = madd(p, f, SPLAT(1.4249322787e-1f));
  p = madd(p, f, SPLAT(-1.6668057665e-1f));
  p = madd(p, f, SPLAT(2.0000714765e-1f));
  p = madd(p, f, SPLAT(-2.4999993993e-1f));
  p = madd(p, f, SPLAT(3.3333331174e-1f));
  p = madd(ef, SPLAT(-2.12194440e-4f), MUL(MUL(p, f), z));
  return madd(ef, SPLAT(0.693359375f), ADD(f, madd(z, SPLAT(-.5f), p)));
}

// --- elementwise ----------------------------------------------------------------------------------------------------

EXPORT(add) void add(const float *a, const float *b, float *c, int begin, int end) {
  for (int i = begin; i < end; i += 4)
    STORE(c + i, ADD(LOAD(a + i), LOAD(b + i)));
}

// --- reductions and rows --------------------------------------------------------------------------------------------

/** Sums of rows begin .. end. */
EXPORT(sum_rows) void sum_rows(const float *x, float *y, int columns, int begin, int end) {
  for (int row = begin; row < end; row++) {
    const float *p = x + (long)row * columns;
    V s[8];
    UNROLL
    for (int k = 0; k < 8; k++)
      s[k] = SPLAT(0);
    for (int i = 0; i < columns; i += 32) {
      UNROLL
      for (int k = 0; k < 8; k++)
        s[k] = ADD(s[k], LOAD(p + i + 4 * k));
    }
    y[row] = sum_lanes(ADD(ADD(ADD(s[0], s[1]), ADD(s[2], s[3])), ADD(ADD(s[4], s[5]), ADD(s[6], s[7]))));
  }
}

/** Sums of columns begin .. end: eight rows at a time are added to the row of sums, which stays in the cache. */
EXPORT(sum_columns) void sum_columns(const float *x, float *y, int rows, int columns, int begin, int end) {
  for (int i = begin; i < end; i += 4)
    STORE(y + i, SPLAT(0));
  for (int row = 0; row < rows; row += 8) {
    const float *p = x + (long)row * columns;
    for (int i = begin; i < end; i += 4) {
      V v[8];
      UNROLL
      for (int k = 0; k < 8; k++)
        v[k] = LOAD(p + (long)k * columns + i);
      V s = ADD(ADD(ADD(v[0], v[1]), ADD(v[2], v[3])), ADD(ADD(v[4], v[5]), ADD(v[6], v[7])));
      STORE(y + i, ADD(LOAD(y + i), s));
    }
  }
}

EXPORT(softmax) void softmax(const float *x, float *y, int columns, int begin, int end) {
  for (int row = begin; row < end; row++) {
    const float *p = x + (long)row * columns;
    float *o = y + (long)row * columns;
    V m[4];
    UNROLL
    for (int k = 0; k < 4; k++)
      m[k] = LOAD(p + 4 * k);
    for (int i = 16; i < columns; i += 16) {
      UNROLL
      for (int k = 0; k < 4; k++)
        m[k] = MAX(m[k], LOAD(p + i + 4 * k));
    }
    V top = MAX(MAX(m[0], m[1]), MAX(m[2], m[3]));
    top = MAX(top, wasm_i32x4_shuffle(top, top, 2, 3, 0, 1));
    top = MAX(top, wasm_i32x4_shuffle(top, top, 1, 0, 3, 2));
    V s[2] = {SPLAT(0), SPLAT(0)};
    for (int i = 0; i < columns; i += 8) {
      UNROLL
      for (int k = 0; k < 2; k++) {
        V e = exp_(SUB(LOAD(p + i + 4 * k), top));
        STORE(o + i + 4 * k, e);
        s[k] = ADD(s[k], e);
      }
    }
    V inverse = SPLAT(1.f / sum_lanes(ADD(s[0], s[1])));
    for (int i = 0; i < columns; i += 16) {
      UNROLL
      for (int k = 0; k < 4; k++)
        STORE(o + i + 4 * k, MUL(LOAD(o + i + 4 * k), inverse));
    }
  }
}

EXPORT(layer_norm)
void layer_norm(const float *x, const float *gain, const float *bias, float *y, int columns, int begin, int end) {
  for (int row = begin; row < end; row++) {
    const float *p = x + (long)row * columns;
    float *o = y + (long)row * columns;
    V s[4];
    UNROLL
    for (int k = 0; k < 4; k++)
      s[k] = SPLAT(0);
    for (int i = 0; i < columns; i += 16) {
      UNROLL
      for (int k = 0; k < 4; k++)
        s[k] = ADD(s[k], LOAD(p + i + 4 * k));
    }
    V mean = SPLAT(sum_lanes(ADD(ADD(s[0], s[1]), ADD(s[2], s[3]))) / columns);
    UNROLL
    for (int k = 0; k < 4; k++)
      s[k] = SPLAT(0);
    for (int i = 0; i < columns; i += 16) {
      UNROLL
      for (int k = 0; k < 4; k++) {
        V d = SUB(LOAD(p + i + 4 * k), mean);
        s[k] = madd(d, d, s[k]);
      }
    }
    V variance = SPLAT(sum_lanes(ADD(ADD(s[0], s[1]), ADD(s[2], s[3]))) / columns + 1e-5f);
    V inverse = wasm_f32x4_div(SPLAT(1.f), wasm_f32x4_sqrt(variance));
    for (int i = 0; i < columns; i += 8) {
      UNROLL
      for (int k = 0; k < 8; k += 4) {
        V d = MUL(SUB(LOAD(p + i + k), mean), inverse);
        STORE(o + i + k, madd(d, LOAD(gain + i + k), LOAD(bias + i + k)));
      }
    }
  }
}

/** Running sums: a prefix sum inside each vector, in two steps, plus what was carried. */
EXPORT(cumsum) void cumsum(const float *x, float *y, int n) {
  V carry = SPLAT(0), zero = SPLAT(0);
  for (int i = 0; i < n; i += 4) {
    V v = LOAD(x + i);
    v = ADD(v, wasm_i32x4_shuffle(zero, v, 0, 4, 5, 6));
    v = ADD(v, wasm_i32x4_shuffle(zero, v, 0, 1, 4, 5));
    STORE(y + i, ADD(v, carry));
    carry = ADD(carry, wasm_i32x4_shuffle(v, v, 3, 3, 3, 3));
  }
}

// --- contractions ---------------------------------------------------------------------------------------------------

// C = A B in register blocks of MR x NR: 12 accumulators, a row of A splat and two vectors of B fill the 15 registers
// that V8 gives. Panels of B [KC, NR] and blocks of A [MC, KC] are packed.
#define MR 6
#define NV 2
#define NR (4 * NV)
#define KC 256
#define MC (24 * MR)
#define NC 2048

/** Not inlined: a function of its own is optimised while the loops around it still run unoptimised. */
static __attribute__((noinline)) void block(int kc, const float *restrict a, const float *restrict b, float *restrict c,
                                            int stride, int accumulate) {
  V sum[MR][NV];
  UNROLL
  for (int i = 0; i < MR; i++)
    UNROLL
  for (int j = 0; j < NV; j++)
    sum[i][j] = SPLAT(0);
  for (int k = 0; k < kc; k++, a += MR, b += NR) {
    V row[NV];
    UNROLL
    for (int j = 0; j < NV; j++)
      row[j] = LOAD(b + 4 * j);
    UNROLL
    for (int i = 0; i < MR; i++) {
      V x = wasm_v128_load32_splat(a + i);
      UNROLL
      for (int j = 0; j < NV; j++)
        sum[i][j] = madd(x, row[j], sum[i][j]);
    }
  }
  UNROLL
  for (int i = 0; i < MR; i++)
    UNROLL
  for (int j = 0; j < NV; j++) {
    float *to = c + (long)i * stride + 4 * j;
    STORE(to, accumulate ? ADD(sum[i][j], LOAD(to)) : sum[i][j]);
  }
}

static void pack_a(int rows, int kc, const float *a, int row_stride, int column_stride, float *out) {
  for (int i = 0; i < rows; i += MR)
    for (int k = 0; k < kc; k++, out += MR)
      UNROLL
  for (int r = 0; r < MR; r++)
    out[r] = i + r < rows ? a[(long)(i + r) * row_stride + (long)k * column_stride] : 0.f;
}

static void pack_b(int kc, int columns, const float *b, int row_stride, int column_stride, float *out) {
  for (int j = 0; j < columns; j += NR) {
    const float *from = b + (long)j * column_stride;
    if (column_stride == 1 && columns - j >= NR) {
      for (int k = 0; k < kc; k++, out += NR, from += row_stride)
        UNROLL
      for (int v = 0; v < NV; v++)
        STORE(out + 4 * v, LOAD(from + 4 * v));
    } else {
      for (int k = 0; k < kc; k++, out += NR)
        for (int c = 0; c < NR; c++)
          out[c] = j + c < columns ? from[(long)k * row_stride + (long)c * column_stride] : 0.f;
    }
  }
}

/** The part [row0, row1) x [column0, column1) of C[m, n] = A[m, k] B[k, n]; `scratch` holds the packed panels. */
static void contract(int k, const float *a, int a_row, int a_column, const float *b, int b_row, int b_column, float *c,
                     int c_row, int row0, int row1, int column0, int column1, float *scratch) {
  float *packed_a = scratch, *packed_b = scratch + MC * KC, edge[MR * NR];
  for (int jc = column0; jc < column1; jc += NC) {
    int nc = least(NC, column1 - jc);
    for (int pc = 0; pc < k; pc += KC) {
      int kc = least(KC, k - pc);
      pack_b(kc, nc, b + (long)pc * b_row + (long)jc * b_column, b_row, b_column, packed_b);
      for (int ic = row0; ic < row1; ic += MC) {
        int mc = least(MC, row1 - ic);
        pack_a(mc, kc, a + (long)ic * a_row + (long)pc * a_column, a_row, a_column, packed_a);
        for (int jr = 0; jr < nc; jr += NR) {
          int n = least(NR, nc - jr);
          for (int ir = 0; ir < mc; ir += MR) {
            int m = least(MR, mc - ir);
            float *to = c + (long)(ic + ir) * c_row + jc + jr;
            if (m == MR && n == NR) {
              block(kc, packed_a + ir * kc, packed_b + jr * kc, to, c_row, pc > 0);
            } else {
              block(kc, packed_a + ir * kc, packed_b + jr * kc, edge, NR, 0);
              for (int i = 0; i < m; i++)
                for (int j = 0; j < n; j++) {
                  float *cell = to + (long)i * c_row + j;
                  *cell = (pc > 0 ? *cell : 0.f) + edge[i * NR + j];
                }
            }
          }
        }
      }
    }
  }
}

/** Columns begin .. end of C[m, n] = A[m, k] B[k, n]. */
EXPORT(matmul)
void matmul(int m, int n, int k, const float *a, const float *b, float *c, float *scratch, int begin, int end) {
  contract(k, a, k, 1, b, n, 1, c, n, 0, m, begin, end, scratch);
}

/** Rows begin .. end of C[m, n] = A B with strides given, for transposed operands. */
EXPORT(matmul_strided)
void matmul_strided(int n, int k, const float *a, int a_row, int a_column, const float *b, int b_row, int b_column,
                    float *c, float *scratch, int begin, int end) {
  contract(k, a, a_row, a_column, b, b_row, b_column, c, n, begin, end, 0, n, scratch);
}

/** The register block over pixels: each of the taps reads A through a pointer for each row, so nothing is copied. */
static __attribute__((noinline)) void taps_block(int channels, const float *const *rows, int taps, const float *b,
                                                 float *c, int stride) {
  V sum[MR][NV];
  UNROLL
  for (int i = 0; i < MR; i++)
    UNROLL
  for (int j = 0; j < NV; j++)
    sum[i][j] = SPLAT(0);
  for (int t = 0; t < taps; t++, rows += MR) {
    const float *from[MR];
    UNROLL
    for (int i = 0; i < MR; i++)
      from[i] = rows[i];
    for (int k = 0; k < channels; k++, b += NR) {
      V row[NV];
      UNROLL
      for (int j = 0; j < NV; j++)
        row[j] = LOAD(b + 4 * j);
      UNROLL
      for (int i = 0; i < MR; i++) {
        V x = wasm_v128_load32_splat(from[i] + k);
        UNROLL
        for (int j = 0; j < NV; j++)
          sum[i][j] = madd(x, row[j], sum[i][j]);
      }
    }
  }
  UNROLL
  for (int i = 0; i < MR; i++)
    UNROLL
  for (int j = 0; j < NV; j++)
    STORE(c + (long)i * stride + 4 * j, sum[i][j]);
}

/** Weights [taps * in, out] in panels of NR outputs. */
EXPORT(pack_weights) void pack_weights(const float *weights, float *packed, int k, int n) {
  pack_b(k, n, weights, n, 1, packed);
}

/**
 * Pixels begin .. end of a 3x3 convolution of [n, h + 2, w + 2, in], padded already, to [n, h, w, out].
 * `table` has room for 9 * MR pointers.
 */
EXPORT(convolve)
void convolve(const float *x, const float *weights, float *y, int h, int w, int in, int out, const float **table,
              int begin, int end) {
  float edge[MR * NR];
  for (int p = begin; p < end; p += MR) {
    int m = least(MR, end - p);
    for (int t = 0; t < 9; t++)
      for (int i = 0; i < MR; i++) {
        int pixel = p + (i < m ? i : 0), image = pixel / (h * w), at = pixel - image * h * w;
        int row = at / w, column = at - row * w;
        table[t * MR + i] = x + ((long)(image * (h + 2) + row + t / 3) * (w + 2) + column + t % 3) * in;
      }
    for (int j = 0; j < out; j += NR) {
      const float *panel = weights + (long)j * 9 * in;
      if (m == MR) {
        taps_block(in, table, 9, panel, y + (long)p * out + j, out);
      } else {
        taps_block(in, table, 9, panel, edge, NR);
        for (int i = 0; i < m; i++)
          for (int k = 0; k < NR; k++)
            y[(long)(p + i) * out + j + k] = edge[i * NR + k];
      }
    }
  }
}

// --- the rest of a step of a two-layer perceptron -------------------------------------------------------------------

EXPORT(relu_bias) void relu_bias(float *h, const float *bias, int columns, int begin, int end) {
  for (int row = begin; row < end; row++)
    for (int i = 0; i < columns; i += 4) {
      float *at = h + (long)row * columns + i;
      STORE(at, MAX(ADD(LOAD(at), LOAD(bias + i)), SPLAT(0)));
    }
}

EXPORT(relu_backward) void relu_backward(float *gradient, const float *h, int columns, int begin, int end) {
  for (long i = (long)begin * columns; i < (long)end * columns; i += 4)
    STORE(gradient + i, wasm_v128_and(LOAD(gradient + i), wasm_f32x4_gt(LOAD(h + i), SPLAT(0))));
}

/** The mean cross-entropy of ten classes; the scores become their own gradient. */
EXPORT(cross_entropy) float cross_entropy(float *scores, const float *bias, const float *labels, int batch) {
  float loss = 0;
  for (int row = 0; row < batch; row++) {
    float *p = scores + row * 10, top = -1e30f, e[12] = {0}, sum = 0;
    for (int i = 0; i < 10; i++) {
      p[i] += bias[i];
      top = p[i] > top ? p[i] : top;
    }
    for (int i = 0; i < 10; i++)
      e[i] = p[i] - top;
    for (int i = 0; i < 12; i += 4)
      STORE(e + i, exp_(LOAD(e + i)));
    for (int i = 0; i < 10; i++)
      sum += e[i];
    float log_sum = wasm_f32x4_extract_lane(log_(SPLAT(sum)), 0);
    for (int i = 0; i < 10; i++) {
      loss -= (p[i] - top - log_sum) * labels[row * 10 + i];
      p[i] = (e[i] / sum - labels[row * 10 + i]) / batch;
    }
  }
  return loss / batch;
}

/** weights -= rate * gradient */
EXPORT(descend) void descend(float *weights, const float *gradient, float rate, int begin, int end) {
  V r = SPLAT(-rate);
  for (int i = begin; i < end; i += 4)
    STORE(weights + i, madd(LOAD(gradient + i), r, LOAD(weights + i)));
}

/** bias -= rate * (sum of the gradient over the rows) */
EXPORT(descend_bias) void descend_bias(float *bias, const float *gradient, int rows, int columns, float rate) {
  for (int i = 0; i < columns; i++) {
    float sum = 0;
    for (int row = 0; row < rows; row++)
      sum += gradient[row * columns + i];
    bias[i] -= rate * sum;
  }
}

// --- sorting and random numbers -------------------------------------------------------------------------------------

/** Radix sort in three passes of 11 bits; `counts` has 3 * 2048 words, `scratch` n. */
EXPORT(sort) void sort(const u32 *x, u32 *y, u32 *scratch, u32 *counts, int n) {
  u32 *low = counts, *middle = counts + 2048, *high = counts + 4096;
  for (int i = 0; i < 6144; i++)
    counts[i] = 0;
  // flips negative numbers and the sign of the others, so that bits compare as the numbers do
#define KEY(bits) ((bits) ^ ((u32)((int)(bits) >> 31) | 0x80000000u))
  for (int i = 0; i < n; i++) {
    u32 key = KEY(x[i]);
    low[key & 2047]++;
    middle[(key >> 11) & 2047]++;
    high[key >> 22]++;
  }
  u32 a = 0, b = 0, c = 0;
  for (int i = 0; i < 2048; i++) {
    u32 t = low[i];
    low[i] = a, a += t;
    t = middle[i], middle[i] = b, b += t;
    t = high[i], high[i] = c, c += t;
  }
  for (int i = 0; i < n; i++) {
    u32 key = KEY(x[i]);
    scratch[low[key & 2047]++] = key;
  }
  for (int i = 0; i < n; i++) {
    u32 key = scratch[i];
    y[middle[(key >> 11) & 2047]++] = key;
  }
  for (int i = 0; i < n; i++) {
    u32 key = y[i];
    scratch[high[key >> 22]++] = key;
  }
  for (int i = 0; i < n; i += 4) {
    V key = LOAD(scratch + i);
    V mask = wasm_v128_or(wasm_i32x4_shr(wasm_v128_not(key), 31), SPLAT_I(0x80000000));
    STORE(y + i, wasm_v128_xor(key, mask));
  }
}

/** sqrt(2) erfinv of a uniform on (-1, 1) made of 23 bits: Giles, "Approximating the erfinv function" (2012). */
INLINE V normal_of(V bits) {
  V f = SUB(wasm_v128_or(wasm_u32x4_shr(bits, 9), SPLAT_I(0x3f800000)), SPLAT(1.f));
  V u = MAX(madd(f, SPLAT(2.f), SPLAT(-0.99999994f)), SPLAT(-0.99999994f));
  V w = wasm_f32x4_neg(log_(madd(wasm_f32x4_neg(u), u, SPLAT(1.f)))), central = wasm_f32x4_lt(w, SPLAT(5.f));
  V a = SUB(w, SPLAT(2.5f)), p = SPLAT(2.81022636e-08f);
  p = madd(p, a, SPLAT(3.43273939e-07f));
  p = madd(p, a, SPLAT(-3.5233877e-06f));
  p = madd(p, a, SPLAT(-4.39150654e-06f));
  p = madd(p, a, SPLAT(0.00021858087f));
  p = madd(p, a, SPLAT(-0.00125372503f));
  p = madd(p, a, SPLAT(-0.00417768164f));
  p = madd(p, a, SPLAT(0.246640727f));
  p = madd(p, a, SPLAT(1.50140941f));
  if (!wasm_i32x4_all_true(central)) {
    V b = SUB(wasm_f32x4_sqrt(w), SPLAT(3.f)), q = SPLAT(-0.000200214257f);
    q = madd(q, b, SPLAT(0.000100950558f));
    q = madd(q, b, SPLAT(0.00134934322f));
    q = madd(q, b, SPLAT(-0.00367342844f));
    q = madd(q, b, SPLAT(0.00573950773f));
    q = madd(q, b, SPLAT(-0.0076224613f));
    q = madd(q, b, SPLAT(0.00943887047f));
    q = madd(q, b, SPLAT(1.00167406f));
    q = madd(q, b, SPLAT(2.83297682f));
    p = wasm_v128_bitselect(p, q, central);
  }
  return MUL(MUL(p, u), SPLAT(1.41421356f));
}

/** Normal numbers from threefry2x32 with 20 rounds: each counter makes number i and number n / 2 + i. */
EXPORT(normal) void normal(u32 k0, u32 k1, float *y, int n, int begin, int end) {
  u32 k2 = k0 ^ k1 ^ 0x1BD11BDAu, keys[3] = {k0, k1, k2};
  static const int rotations[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
  int half = n / 2;
  for (int i = begin; i < end; i += 4) {
    V counter = wasm_i32x4_add(SPLAT_I(i), wasm_i32x4_const(0, 1, 2, 3));
    V x0 = wasm_i32x4_add(counter, SPLAT_I(k0));
    V x1 = wasm_i32x4_add(wasm_i32x4_add(counter, SPLAT_I(half)), SPLAT_I(k1));
    UNROLL
    for (int group = 0; group < 5; group++) {
      UNROLL
      for (int r = 0; r < 4; r++) {
        int by = rotations[group & 1][r];
        x0 = wasm_i32x4_add(x0, x1);
        x1 = wasm_v128_or(wasm_i32x4_shl(x1, by), wasm_u32x4_shr(x1, 32 - by));
        x1 = wasm_v128_xor(x1, x0);
      }
      x0 = wasm_i32x4_add(x0, SPLAT_I(keys[(group + 1) % 3]));
      x1 = wasm_i32x4_add(x1, SPLAT_I(keys[(group + 2) % 3] + group + 1));
    }
    STORE(y + i, normal_of(x0));
    STORE(y + half + i, normal_of(x1));
  }
}
