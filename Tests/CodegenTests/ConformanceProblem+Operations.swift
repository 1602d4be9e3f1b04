extension ConformanceProblem {
  /// Every operation but the convolution, alone or in small combinations.
  static let operations = [
    ConformanceProblem(
      "pointwise functions of one image",
      """
      %a = relu %x
      %b = leaky_relu %x {slope: 0.2}
      %c = sigmoid %x
      %d = tanh %x
      """, outputs: ["a", "b", "c", "d"]),
    ConformanceProblem(
      "pointwise functions of two images",
      """
      %a = add %x, %h
      %b = sub %x, %h
      %c = mul %x, %h
      %d = sub %h, %x
      %e = mul %x, %x
      """, outputs: ["a", "b", "c", "d", "e"]),
    ConformanceProblem(
      "more pointwise functions",
      """
      %s = sigmoid %h
      %a = exp %x
      %b = log %s
      %c = erf %x
      %d = softplus %x
      %e = pow %s, %x
      %f = max %x, %h
      %l = less %x, %h
      %i = select %l, %x, %g
      %j = mod %x, %s
      %m = hard_sigmoid %x
      %n = cos %x
      """, outputs: ["a", "b", "c", "d", "e", "f", "i", "j", "m", "n"]),
    ConformanceProblem(
      "operands of one number per channel and of one number",
      """
      %a = mul %x, @p
      %b = sub @p, %x
      %c = sub @one, %x
      %d = add %x, @k
      %e = mul @k4, %x
      """, outputs: ["a", "b", "c", "d", "e"]),
    ConformanceProblem(
      "concat", "%y = concat %x, %h, %x {axis: 1}", channels: 3),
    ConformanceProblem(
      "slice", "%y = slice %x {axis: 1, start: 3, end: 20}", channels: 24),
    ConformanceProblem(
      "slices of a concat, convolved",
      """
      %c = concat %h, %x, %g {axis: 1}
      %s = slice %c {axis: 1, start: 7, end: 12}
      %y = conv2d %s, @wh, @b {pad: [1, 1, 1, 1]}
      %z = slice %c {axis: 1, start: 0, end: 1}
      """, outputs: ["y", "z"], channels: 7),
    ConformanceProblem(
      "global_avg_pool as a scale",
      """
      %m = global_avg_pool %x
      %y = mul %h, %m
      """),
    ConformanceProblem(
      "squeeze and excitation",
      """
      %m = global_avg_pool %x
      %a = conv2d %m, @wp, @b
      %b = relu %a
      %c = conv2d %b, @wm {pad: [1, 1, 1, 1]}
      %d = sub @one, %c
      %s = sigmoid %d
      %y = mul %x, %s
      """),
    ConformanceProblem(
      "arithmetic on means",
      """
      %m = global_avg_pool %x
      %n = global_avg_pool %h
      %a = mul %m, %n
      %b = sub %a, @p
      %c = add %b, @k
      %d = tanh %c
      %mm = global_avg_pool %d
      %y = add %g, %mm
      """),
    ConformanceProblem("the input itself", "%y = add %x, %h", outputs: ["x", "y", "h"]),
  ]

  /// Fused operations as passes make them.
  static let fusions = [
    ConformanceProblem(
      "fused without a convolution",
      """
      %y, %z = fused {
        t0 = mul(%x, %h)
        t1 = sub(1.0, t0)
        t2 = mul(t1, @p)
        yield t2, t0
      }
      """, outputs: ["y", "z"]),
    ConformanceProblem(
      "fused, only means",
      """
      %m, %n = fused { t0 = mul(%x, %h) yield mean(t0), mean(%x) }
      %a = mul %g, %m
      %y = add %a, %n
      """),
    ConformanceProblem(
      "fused convolution, only its mean",
      """
      %m = fused { acc[1] = conv2d(%x, @wx, {pad: [1, 1, 1, 1]}) + @b yield mean(acc[0]) }
      %y = mul %g, %m
      """, channels: 3),
    ConformanceProblem(
      "fused with one part and operands",
      """
      %y = fused {
        acc[1] = conv2d(%x, @wx, {pad: [2, 2, 2, 2], dilation: [2, 2]}) + @b
        t0 = sigmoid(acc[0])
        t1 = mul(t0, %h)
        t2 = add(t1, %g)
        yield t2
      }
      """, channels: 7),
    ConformanceProblem(
      "fused with a scaled part",
      """
      %m = global_avg_pool %x
      %s = sigmoid %m
      %y, %mean = fused {
        acc[1] = conv2d(%x * %s, @wx, {pad: [1, 1, 1, 1]}) + @b
        t0 = leaky_relu(acc[0], slope: 0.2)
        yield t0, mean(acc[0])
      }
      %z = mul %y, %mean
      """, outputs: ["y", "z"], channels: 24),
    ConformanceProblem(
      "fused with two parts of other windows, both scaled, and three accumulators",
      """
      %m = global_avg_pool %x
      %n = global_avg_pool %h
      %y, %r, %mean = fused {
        acc[3] = conv2d(%x * %m, @wx3, {pad: [8, 8, 8, 8], dilation: [8, 8]})
          + conv2d(%h * %n, @wh3, {pad: [2, 2, 2, 2]}) + @b3
        z = sigmoid(acc[0])
        r = sigmoid(acc[1])
        n = tanh(acc[2])
        t = mul(z, n)
        u = mul(r, %h)
        yield t, u, mean(t)
      }
      %k = add %g, %mean
      """, outputs: ["y", "r", "k"], channels: 3),
    ConformanceProblem(
      "fused with a scale that is a weight",
      "%y = fused { acc[1] = conv2d(%x * @p, @wx, {pad: [1, 1, 1, 1]}) yield acc[0] }"),
    ConformanceProblem(
      name: "fused on images of one pixel, with a part in some sums",
      text: """
        graph @pixel(%x: f32[1, 5, 1, 1], %h: f32[1, 5, 1, 1]) {
          %y, %z = fused {
            acc[3] = conv2d(%x, @wx3, {pad: [1, 1, 1, 1]}) + conv2d(%h, @wh, {pad: [2, 2, 2, 2]}) + @b3
            t0 = sub(acc[0], acc[1])
            yield t0, acc[2]
          }
          return y: %y, z: %z
        }
        weight @wx3 : f32[15, 5, 3, 3]
        weight @wh : f32[10, 5, 5, 5]
        weight @b3 : f32[15]
        """),
    ConformanceProblem(
      "fused with four accumulators",
      """
      %c, %u = fused {
        acc[4] = conv2d(%x, @wx4, {pad: [1, 1, 1, 1]}) + @b4
        f = sigmoid(acc[0])
        i = sigmoid(acc[1])
        o = sigmoid(acc[2])
        j = tanh(acc[3])
        a = mul(f, %h)
        b = mul(i, j)
        c = add(a, b)
        d = tanh(c)
        u = mul(o, d)
        yield c, u
      }
      """, outputs: ["c", "u"]),
    ConformanceProblem(
      "fused with constants and operands as results",
      """
      %y, %k, %mean, %o = fused {
        acc[1] = conv2d(%x, @wx, {pad: [1, 1, 1, 1]})
        t0 = add(acc[0], %h)
        yield t0, @p, mean(0.5), %h
      }
      %z = mul %g, %mean
      """, outputs: ["y", "k", "z", "o"]),
    ConformanceProblem(
      "fused that may take the place of its operands",
      """
      %a = add %x, %h
      %b = sub %g, %h
      %c, %d = fused {
        acc[1] = conv2d(%x, @wx, {pad: [1, 1, 1, 1]})
        t0 = mul(acc[0], %a)
        t1 = mul(t0, %b)
        yield t1, t0
      }
      %e = mul %c, %d
      %y = conv2d %e, @wh, @b {pad: [4, 4, 4, 4], dilation: [4, 4]}
      %z = add %y, %d
      """, outputs: ["y", "z"]),
    ConformanceProblem(
      "an operand that is convolved as well keeps its place",
      """
      %a = add %x, %h
      %y = fused {
        acc[1] = conv2d(%a, @wh, {pad: [1, 1, 1, 1]})
        t0 = add(acc[0], %a)
        yield t0
      }
      """),
    ConformanceProblem(
      "one scale for two convolutions of one image",
      """
      %m = global_avg_pool %x
      %y = fused {
        acc[1] = conv2d(%x * %m, @wx, {pad: [1, 1, 1, 1]})
          + conv2d(%h * %m, @wp) + conv2d(%g, @wp) + @b
        yield acc[0]
      }
      """),
  ]
}
