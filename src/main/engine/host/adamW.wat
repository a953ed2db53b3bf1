;; One AdamW update of a tensor, in place, four elements at a time (WebAssembly SIMD):
;;   m <- beta1 m + firstGain g;  v <- beta2 v + secondGain g^2;  w <- keep w - stepSize m / (sqrt v + epsilon)
;; The tensors are byte offsets in the memory, multiples of 16, and padded to a multiple of 16 bytes.
;; `npm run build:kernels` turns this file into adamW.wasm.ts.
(module
  (import "host" "memory" (memory 1))
  (func (export "update")
    (param $w i32) (param $m i32) (param $v i32) (param $g i32) (param $bytes i32)
    (param $beta1 f32) (param $beta2 f32) (param $firstGain f32) (param $secondGain f32)
    (param $stepSize f32) (param $epsilon f32) (param $keep f32)
    (local $end i32) (local $gradient v128) (local $first v128) (local $second v128)
    (local.set $end (i32.add (local.get $g) (local.get $bytes)))
    (loop $next
      (local.set $gradient (v128.load (local.get $g)))
      (local.set $first
        (f32x4.add
          (f32x4.mul (v128.load (local.get $m)) (f32x4.splat (local.get $beta1)))
          (f32x4.mul (local.get $gradient) (f32x4.splat (local.get $firstGain)))))
      (local.set $second
        (f32x4.add
          (f32x4.mul (v128.load (local.get $v)) (f32x4.splat (local.get $beta2)))
          (f32x4.mul
            (f32x4.mul (local.get $gradient) (local.get $gradient))
            (f32x4.splat (local.get $secondGain)))))
      (v128.store (local.get $m) (local.get $first))
      (v128.store (local.get $v) (local.get $second))
      (v128.store (local.get $w)
        (f32x4.sub
          (f32x4.mul (v128.load (local.get $w)) (f32x4.splat (local.get $keep)))
          (f32x4.mul
            (f32x4.div
              (local.get $first)
              (f32x4.add (f32x4.sqrt (local.get $second)) (f32x4.splat (local.get $epsilon))))
            (f32x4.splat (local.get $stepSize)))))
      (local.set $w (i32.add (local.get $w) (i32.const 16)))
      (local.set $m (i32.add (local.get $m) (i32.const 16)))
      (local.set $v (i32.add (local.get $v) (i32.const 16)))
      (local.set $g (i32.add (local.get $g) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $g) (local.get $end))))))
