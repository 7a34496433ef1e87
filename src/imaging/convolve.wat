;; The two passes of a separable convolution of bytes with integer weights, four or sixteen sums at a time.
;; Sums are 32-bit integers that wrap, as `Math.imul` and `| 0` would have them, so the order of adding changes nothing.
;; `convolve.ts` lays the memory out; `npm run wasm` compiles this file.
(module
  (memory (export "memory") 1)

  ;; Four rows of `stride` bytes from `source` become four rows of `count` bytes from `into`. For output x, `starts`
  ;; holds its first input column, `weights` a row of `taps` weights (a multiple of 4, zeros at the end).
  (func (export "across")
    (param $source i32) (param $stride i32)
    (param $starts i32) (param $weights i32) (param $taps i32)
    (param $into i32) (param $count i32)
    (local $x i32) (local $at i32) (local $end i32) (local $weight v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $columns
      (local.set $a (v128.const i32x4 0 0 0 0))
      (local.set $b (v128.const i32x4 0 0 0 0))
      (local.set $c (v128.const i32x4 0 0 0 0))
      (local.set $d (v128.const i32x4 0 0 0 0))
      (local.set $at (i32.add (local.get $source)
        (i32.load (i32.add (local.get $starts) (i32.shl (local.get $x) (i32.const 2))))))
      (local.set $end (i32.add (local.get $weights) (i32.shl (local.get $taps) (i32.const 2))))
      (loop $window
        (local.set $weight (v128.load (local.get $weights)))
        (local.set $a (i32x4.add (local.get $a) (i32x4.mul (local.get $weight)
          (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $at)))))))
        (local.set $b (i32x4.add (local.get $b) (i32x4.mul (local.get $weight)
          (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero
            (i32.add (local.get $at) (local.get $stride))))))))
        (local.set $c (i32x4.add (local.get $c) (i32x4.mul (local.get $weight)
          (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero
            (i32.add (local.get $at) (i32.shl (local.get $stride) (i32.const 1)))))))))
        (local.set $d (i32x4.add (local.get $d) (i32x4.mul (local.get $weight)
          (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero
            (i32.add (local.get $at) (i32.mul (local.get $stride) (i32.const 3)))))))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (local.set $weights (i32.add (local.get $weights) (i32.const 16)))
        (br_if $window (i32.lt_u (local.get $weights) (local.get $end))))
      ;; The four sums of each row are added crosswise: one vector of four pixels, a row each.
      (local.set $a (i32x4.add
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b))
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b))))
      (local.set $c (i32x4.add
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $c) (local.get $d))
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $c) (local.get $d))))
      (local.set $a (i32x4.add
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $a) (local.get $c))
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $a) (local.get $c))))
      (local.set $a (i32x4.shr_s (i32x4.add (local.get $a) (v128.const i32x4 2097152 2097152 2097152 2097152)) (i32.const 22)))
      (local.set $a (i16x8.narrow_i32x4_s (local.get $a) (local.get $a)))
      (local.set $a (i8x16.narrow_i16x8_u (local.get $a) (local.get $a)))
      (v128.store8_lane 0 (local.get $into) (local.get $a))
      (v128.store8_lane 1 (i32.add (local.get $into) (local.get $count)) (local.get $a))
      (v128.store8_lane 2 (i32.add (local.get $into) (i32.shl (local.get $count) (i32.const 1))) (local.get $a))
      (v128.store8_lane 3 (i32.add (local.get $into) (i32.mul (local.get $count) (i32.const 3))) (local.get $a))
      (local.set $into (i32.add (local.get $into) (i32.const 1)))
      (local.set $x (i32.add (local.get $x) (i32.const 1)))
      (br_if $columns (i32.lt_u (local.get $x) (local.get $count)))))

  ;; `rows` rows of `width` bytes from `source`, weighted by as many weights, become one row of bytes at `into`; sixteen
  ;; columns at a time, so up to 15 bytes beyond either end are touched.
  (func (export "down")
    (param $source i32) (param $width i32) (param $rows i32) (param $weights i32) (param $into i32)
    (local $x i32) (local $at i32) (local $row i32) (local $weight v128) (local $bytes v128) (local $half v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $columns
      (local.set $a (v128.const i32x4 2097152 2097152 2097152 2097152))
      (local.set $b (local.get $a))
      (local.set $c (local.get $a))
      (local.set $d (local.get $a))
      (local.set $at (i32.add (local.get $source) (local.get $x)))
      (local.set $row (i32.const 0))
      (loop $window
        (local.set $bytes (v128.load (local.get $at)))
        (local.set $weight (v128.load32_splat (i32.add (local.get $weights) (i32.shl (local.get $row) (i32.const 2)))))
        (local.set $half (i16x8.extend_low_i8x16_u (local.get $bytes)))
        (local.set $a (i32x4.add (local.get $a) (i32x4.mul (local.get $weight) (i32x4.extend_low_i16x8_u (local.get $half)))))
        (local.set $b (i32x4.add (local.get $b) (i32x4.mul (local.get $weight) (i32x4.extend_high_i16x8_u (local.get $half)))))
        (local.set $half (i16x8.extend_high_i8x16_u (local.get $bytes)))
        (local.set $c (i32x4.add (local.get $c) (i32x4.mul (local.get $weight) (i32x4.extend_low_i16x8_u (local.get $half)))))
        (local.set $d (i32x4.add (local.get $d) (i32x4.mul (local.get $weight) (i32x4.extend_high_i16x8_u (local.get $half)))))
        (local.set $at (i32.add (local.get $at) (local.get $width)))
        (local.set $row (i32.add (local.get $row) (i32.const 1)))
        (br_if $window (i32.lt_u (local.get $row) (local.get $rows))))
      (v128.store (i32.add (local.get $into) (local.get $x)) (i8x16.narrow_i16x8_u
        (i16x8.narrow_i32x4_s (i32x4.shr_s (local.get $a) (i32.const 22)) (i32x4.shr_s (local.get $b) (i32.const 22)))
        (i16x8.narrow_i32x4_s (i32x4.shr_s (local.get $c) (i32.const 22)) (i32x4.shr_s (local.get $d) (i32.const 22)))))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (br_if $columns (i32.lt_u (local.get $x) (local.get $width))))))
