"""The same models in PyTorch, eager or compiled: reads a case as JSON, then steps when it is told to.

Protocol, one JSON document a line: the case on the first line of standard input is answered with {"compileMs"}; every
further line is a number of steps, answered with {"times", "memoryBytes"}. The model is written from the papers and
shares no code with the project; its optimiser is torch.optim.AdamW, its attention what a PyTorch user would write
(scaled_dot_product_attention where the installed version has it).
"""
import json
import math
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

case = json.loads(sys.stdin.readline())
c = case["configuration"]
torch.set_num_threads(case["threads"])
device = torch.device(case["device"])
torch.manual_seed(0)
bias = c["biases"]
is_text = case["kind"] == "text"
tokens = c["context"] if is_text else (c["imageHeight"] // c["patchSize"]) ** 2 + 1


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(c["width"]))
        self.bias = nn.Parameter(torch.zeros(c["width"])) if bias else None

    def forward(self, x):
        return F.layer_norm(x, x.shape[-1:], self.weight, self.bias)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        width, heads = c["width"], c["heads"]
        self.project = nn.Linear(width, 3 * width, bias=bias)
        self.output = nn.Linear(width, width, bias=bias)
        if is_text:
            self.register_buffer("hidden", torch.triu(torch.ones(tokens, tokens, dtype=torch.bool), 1))
        if case["attention"] == "exponential-family":
            self.covariance = nn.Parameter(torch.zeros(heads, 1, width // heads))
            self.log_prior = nn.Parameter(torch.zeros(heads, 1, tokens))

    def read(self, q, k, v):
        eta = q / math.sqrt(q.shape[-1])
        scores = eta @ k.transpose(-2, -1)
        if case["attention"] == "exponential-family":
            scores = scores + self.log_prior
        if is_text:
            scores = scores.masked_fill(self.hidden, float("-inf"))
        read = F.softmax(scores, -1) @ v
        if case["attention"] == "exponential-family":
            read = read + self.covariance * eta
        return read - v if case["attention"] == "laplacian" else read

    def forward(self, x):
        batch, length, width = x.shape
        q, k, v = (part.view(batch, length, c["heads"], -1).transpose(1, 2) for part in self.project(x).split(width, 2))
        if case["attention"] == "standard" and hasattr(F, "scaled_dot_product_attention"):
            read = F.scaled_dot_product_attention(q, k, v, is_causal=is_text)
        else:
            read = self.read(q, k, v)
        return self.output(read.transpose(1, 2).reshape(batch, length, width))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        hidden = round(c["mlpRatio"] * c["width"])
        self.norm1, self.attention, self.norm2 = Norm(), Attention(), Norm()
        self.expand = nn.Linear(c["width"], hidden, bias=bias)
        self.contract = nn.Linear(hidden, c["width"], bias=bias)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.contract(F.gelu(self.expand(self.norm2(x))))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        width = c["width"]
        self.positions = nn.Parameter(torch.zeros(tokens, width))
        self.blocks = nn.Sequential(*(Block() for _ in range(c["layers"])))
        self.norm = Norm()
        if is_text:
            self.embedding = nn.Embedding(c["vocabulary"], width)
        else:
            self.patch = nn.Linear(c["patchSize"] ** 2 * c["channels"], width, bias=bias)
            self.class_token = nn.Parameter(torch.zeros(1, 1, width))
            self.head = nn.Sequential(nn.Linear(width, width, bias=bias), nn.Tanh(), nn.Linear(width, c["classes"], bias=bias))
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, x):
        if is_text:
            return self.norm(self.blocks(self.embedding(x) + self.positions)) @ self.embedding.weight.T
        side, patch = c["imageHeight"] // c["patchSize"], c["patchSize"]
        cut = x.view(-1, side, patch, side, patch, c["channels"]).permute(0, 1, 3, 2, 4, 5).reshape(x.shape[0], side * side, -1)
        x = torch.cat([self.class_token.expand(x.shape[0], -1, -1), self.patch(cut)], 1) + self.positions
        return self.head(self.norm(self.blocks(x))[:, 0])


def batch():
    if is_text:
        draw = lambda: torch.randint(c["vocabulary"], (c["batchSize"], tokens), device=device)
        return draw(), draw().view(-1)
    images = torch.rand(c["batchSize"], c["imageHeight"], c["imageWidth"], c["channels"], device=device)
    return images, torch.randint(c["classes"], (c["batchSize"],), device=device)


started = time.perf_counter()
model = Model().to(device)
decayed = [p for p in model.parameters() if p.dim() > 1]
others = [p for p in model.parameters() if p.dim() <= 1]
groups = [{"params": decayed, "weight_decay": c["weightDecay"]}, {"params": others, "weight_decay": 0.0}]
optimizer = torch.optim.AdamW(groups, lr=c["learningRate"], betas=(c["beta1"], c["beta2"]))
run_model = torch.compile(model) if case["compiled"] else model


def step(inputs, targets):
    logits = run_model(inputs)
    loss = F.cross_entropy(logits.reshape(-1, logits.shape[-1]), targets)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), c["clipNorm"])
    optimizer.step()
    return float(loss)  # waits for the device, as a user who logs the loss does


print(json.dumps({"compileMs": (time.perf_counter() - started) * 1000, "version": torch.__version__}), flush=True)
for line in sys.stdin:
    batches = [batch() for _ in range(int(line))]
    times = []
    for inputs, targets in batches:
        start = time.perf_counter()
        step(inputs, targets)
        times.append((time.perf_counter() - start) * 1000)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"times": times, "memoryBytes": memory}), flush=True)
