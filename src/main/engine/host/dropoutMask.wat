;; The mask of ../dropout.ts, eight elements at a time (WebAssembly SIMD): word w makes the draws of the elements 2w, in
;; its low half, and 2w + 1, in its high half, so that four words are eight draws in order.
;;   word(w) = mix(mix(w xor key0) xor key1);  an element is 1 where its draw >= threshold, else 0
;; Writes `bytes` elements, rounded up to a multiple of 8, from the start of the memory on; `word` makes the first two.
;; `npm run build:kernels` turns this file into dropoutMask.wasm.ts.
(module
  (import "host" "memory" (memory 1))
  ;; lowbias32 of Wellons' hash-prospector, four words at a time
  (func $mix (param $x v128) (result v128)
    (local.set $x (v128.xor (local.get $x) (i32x4.shr_u (local.get $x) (i32.const 16))))
    (local.set $x (i32x4.mul (local.get $x) (v128.const i32x4 0x7feb352d 0x7feb352d 0x7feb352d 0x7feb352d)))
    (local.set $x (v128.xor (local.get $x) (i32x4.shr_u (local.get $x) (i32.const 15))))
    (local.set $x (i32x4.mul (local.get $x) (v128.const i32x4 0x846ca68b 0x846ca68b 0x846ca68b 0x846ca68b)))
    (v128.xor (local.get $x) (i32x4.shr_u (local.get $x) (i32.const 16))))
  (func (export "fill")
    (param $word i32) (param $bytes i32) (param $key0 i32) (param $key1 i32) (param $threshold i32)
    (local $at i32) (local $words v128) (local $kept v128)
    (local.set $words (i32x4.add (i32x4.splat (local.get $word)) (v128.const i32x4 0 1 2 3)))
    (loop $next
      (local.set $kept
        (i16x8.ge_u
          (call $mix
            (v128.xor
              (call $mix (v128.xor (local.get $words) (i32x4.splat (local.get $key0))))
              (i32x4.splat (local.get $key1))))
          (i16x8.splat (local.get $threshold))))
      ;; 16-bit lanes of all ones or zeros become bytes of 1 or 0
      (v128.store64_lane 0
        (local.get $at)
        (v128.and (i8x16.narrow_i16x8_s (local.get $kept) (local.get $kept)) (i8x16.splat (i32.const 1))))
      (local.set $words (i32x4.add (local.get $words) (i32x4.splat (i32.const 4))))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $bytes))))))
