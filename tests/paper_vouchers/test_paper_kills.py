"""The loader of an order on paper is killed with SIGKILL again and again: in the end every voucher was made once.

The seed is printed with a failure; `TEGOED_KILL_SEED=... make test T=tests/paper_vouchers` tells the same tale again.
"""

import os
import random
import subprocess
import sys

import pytest
from cast import hire, play
from paper_story import paid_paper_order, sign_gift_on_paper

from tegoed.flows.check_books import check_books
from tegoed.ledger.models import Transfer
from tegoed.orders.models import Order
from tegoed.outbox.models import Message
from tegoed.paper_vouchers.models import PaperVoucher, PrintBatch
from tegoed.wallets.models import Lot

pytestmark = [pytest.mark.kill, pytest.mark.usefixtures("committed_database")]

ORDER_COUNT, PEOPLE_COUNT, VOUCHERS_EACH = 4, 30, 80
KILLS = 4
LOADER = [sys.executable, "-m", "tegoed", "load-due"]


def test_killed_at_random_points_every_voucher_is_made_once(committed_database) -> None:
    seed = int(os.environ.get("TEGOED_KILL_SEED", random.randrange(10**6)))
    print(f"seed {seed}")
    chance = random.Random(seed)
    environment = dict(os.environ) | {"DATABASE_URL": committed_database.url, "TEGOED_MAIL": "memory"}
    cast = play()
    sign_gift_on_paper(cast.bakery, cast.tariff)
    cast.issuer.allows_above_maximum = True
    cast.issuer.save()
    people = hire(cast.bakery, PEOPLE_COUNT)
    for _number in range(ORDER_COUNT):
        paid_paper_order(cast.bakery, people, amount_cents=VOUCHERS_EACH * 500, value_cents=500, reason="Jubilee")
    for _kill in range(KILLS):
        loader = subprocess.Popen(LOADER, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            loader.wait(timeout=chance.uniform(0.7, 1.6))
        except subprocess.TimeoutExpired:
            loader.kill()
            loader.wait()
        loaded_count = Order.objects.filter(state="loaded").count()
        assert PaperVoucher.objects.count() == loaded_count * PEOPLE_COUNT * VOUCHERS_EACH
    subprocess.run(LOADER, env=environment, check=True, capture_output=True)
    assert set(Order.objects.values_list("state", flat=True)) == {"loaded"}
    assert PaperVoucher.objects.count() == ORDER_COUNT * PEOPLE_COUNT * VOUCHERS_EACH
    assert Lot.objects.count() == Transfer.objects.filter(kind="load").count() == ORDER_COUNT * PEOPLE_COUNT
    assert PrintBatch.objects.count() >= 2 * ORDER_COUNT
    assert Message.objects.filter(kind="order_loaded").count() == ORDER_COUNT
    assert check_books().findings == []
